using System.Net;
using System.Text;
using MailKit.Security;

namespace Pharos.Server.Notifying.Email;

/// <summary>The login PLAIN with an identity to act as, for which MailKit's own has no place.</summary>
/// <remarks>Source: RFC 4616.</remarks>
sealed class PlainLogin(string identity, NetworkCredential login) : SaslMechanism(login)
{
    public override string MechanismName => "PLAIN";

    public override bool SupportsInitialResponse => true;

    protected override byte[] Challenge(byte[]? token, int startIndex, int length, CancellationToken cancellationToken)
    {
        IsAuthenticated = true;
        return Encoding.UTF8.GetBytes($"{identity}\0{Credentials.UserName}\0{Credentials.Password}");
    }
}
