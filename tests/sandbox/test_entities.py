"""The HTML parse mode: Telegram's grammar, offsets and error texts (cases after tdlib's public tests)."""

import pytest

from sandbox.entities import parse_html
from sandbox.errors import ApiError
from sandbox.formatting import format_text


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("🏟 🏟&lt;<abacaba", "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;<abac aba>", 'Unsupported start tag "abac" at byte offset 13'),
        ("🏟 🏟&lt;<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba  =  ", 'Unclosed start tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"),
        ('🏟 🏟&lt;<i    aba  =  "&lt;&gt;&quot;>', "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"),
        ("🏟 🏟&lt;<b></b></", "Unexpected end tag at byte offset 20"),
        ("🏟 🏟&lt;<i>a</i   ", "Unclosed end tag at byte offset 17"),
        ("🏟 🏟&lt;<i>a</em   >", 'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"'),
        ("<b>粗", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<span>暗</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("3 < 5", 'Unsupported start tag "" at byte offset 2'),
        (
            "&#xDFDF;",
            (
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            ),
        ),
    ],
)
def test_wrong_markup_is_refused_in_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("source", "text", "spans"),
    [
        ("&lt;&gt;&amp;&quot;&laquo;&#12345678;&ge;", '<>&"&laquo;&#12345678;&ge;', []),
        ("➡️ ➡️<i>➡️ ➡️</i><strong>b</strong>", "➡️ ➡️➡️ ➡️b", [("italic", 5, 5), ("bold", 10, 1)]),
        ("🏟<i>🏟 &lt🏟</>", "🏟🏟 <🏟", [("italic", 2, 6)]),
        ("<B>a</b><ins>b</ins><del>c</del>", "abc", [("bold", 0, 1), ("underline", 1, 1), ("strikethrough", 2, 1)]),
        ("<tg-spoiler>a</tg-spoiler><span class='tg-spoiler'>b</span>", "ab", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
        ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ("<b></b>x", "x", []),
        ("&#20013;&#x56fd;", "中国", []),
    ],
)
def test_markup_becomes_text_and_spans(source: str, text: str, spans: list[tuple[str, int, int]]) -> None:
    parsed, entities = parse_html(source)
    assert parsed == text
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in entities] == spans


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("<a href=telegram.org>x</a>", "http://telegram.org/"),
        ("<a  href=  'telegram.org?&lt;' >x</a>", "http://telegram.org/?<"),
        ("<a>telegram.org</a>", "http://telegram.org/"),
        ('<a href="https://t.me/tollmate_bot?start=a_-1">x</a>', "https://t.me/tollmate_bot?start=a_-1"),
        ('<a href="tg://user?id=1">x</a>', "tg://user?id=1"),
    ],
)
def test_links_are_completed(source: str, url: str) -> None:
    assert parse_html(source)[1][0]["url"] == url


@pytest.mark.parametrize("source", ["<a> </a>", "<a href=x>y</a>", '<a href="javascript://a.b">x</a>'])
def test_what_cannot_be_a_link_stays_text(source: str) -> None:
    assert parse_html(source)[1] == []


def test_code_in_pre_gives_its_language() -> None:
    _, entities = format_text('<pre><code class="language-python">x = 1</code></pre>', "HTML", None)
    assert entities == [{"type": "pre", "offset": 0, "length": 5, "language": "python"}]


def test_nothing_is_marked_inside_code() -> None:
    _, entities = format_text("<code><b>/home</b></code>", "HTML", None)
    assert [entity["type"] for entity in entities] == ["code"]


def test_adjacent_spans_of_one_type_are_one() -> None:
    _, entities = format_text("<b>a</b><b>b</b>", "HTML", None)
    assert entities == [{"type": "bold", "offset": 0, "length": 2}]


def test_surrounding_space_is_trimmed_and_spans_move() -> None:
    assert format_text(" \n <b> 你</b> \n", "HTML", None) == ("你", [{"type": "bold", "offset": 0, "length": 1}])


def test_commands_links_and_names_are_found() -> None:
    text, entities = format_text("🏟 /home 看 https://a.cn/x?y=1。 @zhangsan_1 #培训 a/b 1/2 /中", "", None)
    found = [
        text.encode("utf-16-le")[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le")
        for entity in entities
    ]
    assert found == ["/home", "https://a.cn/x?y=1", "@zhangsan_1", "#培训"]


@pytest.mark.parametrize(("mode", "part"), [("MarkdownV2", "use HTML"), ("BBCode", "unsupported parse_mode")])
def test_other_parse_modes_are_refused(mode: str, part: str) -> None:
    with pytest.raises(ApiError, match=part):
        format_text("x", mode, None)
