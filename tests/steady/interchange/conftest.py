from hypothesis import settings

# a busy machine makes single examples slow; the whole run has its own limit
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
