"""Languages as readers call them."""

from django.utils import translation

from strandline.web.templatetags.words import spoken


def test_language_is_written_in_the_readers_words() -> None:
    assert [spoken("pl"), spoken("ES"), spoken("Sylheti"), spoken("yo")] == [
        "Polish",
        "Spanish",
        "Sylheti",
        "Yoruba",
    ]
    with translation.override("es"):
        assert spoken("pl") == "Polaco"
