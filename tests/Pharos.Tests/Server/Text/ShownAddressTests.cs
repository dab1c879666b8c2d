using Pharos.Server.HttpClients;
using Pharos.Server.Text;


namespace Pharos.Tests.Server.Text;

public sealed class ShownAddressTests
{
    [Theory]
    [InlineData("http://host/x", "http://host/x", "http://host/x")]
    [InlineData("http://me:hidden@host:9090/x?y=a@b#c@d", "http://host:9090/x?y=a@b#c@d", "http://me:xxxxx@host:9090/x?y=a@b#c@d")]
    [InlineData("https://token@host", "https://host", "https://token@host")]
    [InlineData("https://:hidden@host?a", "https://host?a", "https://:xxxxx@host?a")]
    [InlineData("http://me:hid@den@[::1]:80/", "http://[::1]:80/", "http://me:xxxxx@[::1]:80/")]
    [InlineData("http://me:hid^d%20n@host/", "http://host/", "http://me:xxxxx@host/")] // The runtime's own parts of it are escaped.
    [InlineData("me:hidden@host:9090", "host:9090", "me:xxxxx@host:9090")]
    [InlineData("no address", "no address", "no address")]
    [InlineData("", "", "")]
    [InlineData("http://", "http://", "http://")]
    [InlineData("@", "@", "@")]
    public void A_login_is_shown_nowhere_and_a_printed_file_says_that_there_is_one(string written, string shown, string printed) =>
        Assert.Equal((shown, printed), (ShownAddress.Shown(written), ShownAddress.WithoutPassword(written)));
}
