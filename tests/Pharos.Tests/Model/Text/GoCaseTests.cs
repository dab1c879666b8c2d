using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pharos.Model.Text;

namespace Pharos.Tests.Model.Text;

public sealed class GoCaseTests
{
    /// <summary>A line for each of the 2,879 code points of Unicode 15 that have another case: it, raised, lowered, in hexadecimal digits.</summary>
    const string HashOfAllMappings = "e63e5f8d85565510a977b5bc3236b4892dddaa5041aefe71f71e44069e3ef26f";

    [Fact]
    public void Every_code_point_is_raised_and_lowered_by_Unicodes_simple_mapping()
    {
        var lines = new StringBuilder();
        for (var c = 0; c <= 0x10FFFF; c++)
        {
            if (!Rune.IsValid(c)) continue;
            var (upper, lower) = (GoCase.ToUpper(new Rune(c)).Value, GoCase.ToLower(new Rune(c)).Value);
            if (upper != c || lower != c) lines.Append(CultureInfo.InvariantCulture, $"{c:X} {upper:X} {lower:X}\n");
        }

        Assert.Equal(HashOfAllMappings, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString()))));
    }

    [Theory]
    [InlineData("aıſßᾳ😀ა", "AISßᾼ😀Ა")]
    [InlineData("ABC", "ABC")]
    public void Texts_are_raised_letter_by_letter(string text, string raised) => Assert.Equal(raised, GoCase.ToUpper(text));

    [Theory]
    [InlineData("Aİ\u212AẞΑΣ𐐀", "aikßασ𐐨")] // No final sigma: letters do not look around.
    [InlineData("abc", "abc")]
    public void Texts_are_lowered_letter_by_letter(string text, string lowered) => Assert.Equal(lowered, GoCase.ToLower(text));
}
