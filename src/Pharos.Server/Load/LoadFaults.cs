using System.Net.Sockets;
using System.Security.Authentication;

namespace Pharos.Server.Load;

/// <summary>The kinds of faults that leave a request without an answer, in words for people and programs.</summary>
static class LoadFaults
{
    public const string Timeout = "timeout";

    /// <summary>Still under way when the user ended the run.</summary>
    public const string Abandoned = "abandoned";

    public static string KindOf(Exception error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return "refused";
                case SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown }:
                    return "reset";
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }:
                    return "unknown host";
                case SocketException { SocketErrorCode: SocketError.TooManyOpenSockets or SocketError.AddressNotAvailable }:
                    return "no sockets left here";
                case SocketException { SocketErrorCode: SocketError.TimedOut }:
                    return Timeout;
                case SocketException:
                    return "unreachable";
                case AuthenticationException:
                    return "tls";
            }
        }
        return (error as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.ResponseEnded => "closed",
            HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError => "not http",
            HttpRequestError.ConfigurationLimitExceeded => "answer too large",
            HttpRequestError.SecureConnectionError => "tls",
            _ => error switch { IOException => "closed", UriFormatException => "bad address", _ => "other" },
        };
    }
}
