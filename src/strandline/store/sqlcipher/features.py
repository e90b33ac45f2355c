"""What this SQLite can do, where Django would look at the standard library's instead."""

from django.db.backends.sqlite3.features import DatabaseFeatures as StockFeatures


class DatabaseFeatures(StockFeatures):
    """The driver carries its own SQLite (compiled with 250,000 parameters), so the system's limits do not apply."""

    minimum_database_version = (3, 51, 3)
    can_alter_table_drop_column = True
    can_return_columns_from_insert = True
    can_return_rows_from_bulk_insert = True
    test_db_allows_multiple_connections = True
    # SQLite's own default since 3.32; Django's 999 makes a group of sign-ups many statements.
    max_query_params = 32766
