using Pharos.Query.GoTemplate;

namespace Pharos.Tests.Query.GoTemplate;

public sealed class TitleCaseTests
{
    [Theory]
    [InlineData("it's o'neil don''t l’été a·b", "It's O'neil Don''T L’été A·b")]
    [InlineData("a.b:c-d e_f g1h 1a 2.5b x. y:z (q) é-à a..b a:.b a.1 1.a", "A.b:c-D E_f G1h 1A 2.5B X. Y:z (Q) É-À A..B A:.B A.1 1.A")]
    [InlineData("HTTP_code foo/bar foo@bar #x a,b a;b 1,2a a&b <b>", "HTTP_code Foo/Bar Foo@Bar #X A,B A;B 1,2A A&B <B>")]
    [InlineData("straße ǆ ŉ ﬁ ß e\u0301a", "Straße ǅ ʼN Fi Ss E\u0301a")]
    [InlineData("", "")]
    public void Each_word_begins_with_a_capital(string text, string expected) => Assert.Equal(expected, TitleCase.Of(text, lowersRest: false));

    [Fact]
    public void The_rest_may_be_lowered() => Assert.Equal("Http_code It's Ok", TitleCase.Of("HTTP_CODE IT'S oK", lowersRest: true));

    [Theory]
    [InlineData("ıx ſx İx", "Ix Sx İx")]
    [InlineData("ოდო ﬓx ǰx", "ოდო Մնx J\u030Cx")] // Georgian has no capitals for single letters.
    [InlineData("ὖ ᾲ", "Υ\u0313\u0342 Ὰ\u0345")]
    public void Capitals_are_Unicodes(string text, string expected) => Assert.Equal(expected, TitleCase.Of(text, lowersRest: true));

    [Theory]
    [InlineData("ΟΔΟΣ ΣΑΣ ΑΣ'Α", "Οδος Σας Ασ'α")] // The sigma that ends a word has a form of its own.
    [InlineData("AİB", "Ai\u0307b")]
    [InlineData("AKB", "Akb")]
    public void Lowered_letters_are_Unicodes(string text, string expected) => Assert.Equal(expected, TitleCase.Of(text, lowersRest: true));
}
