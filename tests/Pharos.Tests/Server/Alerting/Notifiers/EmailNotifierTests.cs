using Pharos.Server.Alerting.Notifiers;

namespace Pharos.Tests.Server.Alerting.Notifiers;

public class EmailNotifierTests
{
    [Theory]
    [InlineData("PLAIN", false)]
    [InlineData("LOGIN", false)]
    [InlineData("CRAM-MD5", false)]
    [InlineData("PLAIN", true)]
    public async Task A_mail_goes_out_encrypted_and_logged_in(string auth, bool isImplicit)
    {
        using var server = new FakeMailServer { Auth = auth, IsImplicitTls = isImplicit };
        var result = await Send(server, $"auth_username: user, auth_password: pass, auth_secret: pass, tls_config: {{insecure_skip_verify: true}}, force_implicit_tls: {(isImplicit ? "true" : "false")}");

        Assert.Equal((NotifyOutcome.Sent, ""), (result.Outcome, result.Reason));
        Assert.True(server is { LoggedIn: true, WasEncrypted: true });
        Assert.Contains("Subject: [FIRING:1] High (critical)\r\n", server.Message, StringComparison.Ordinal);
        Assert.Contains("multipart/alternative", server.Message, StringComparison.Ordinal);
        Assert.Contains("summary =3D a &lt; b &amp; c", server.Message.Replace("=\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("\r\n.leading dot\r\n", server.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_STARTTLS_nothing_is_sent_unless_allowed()
    {
        using var server = new FakeMailServer { OffersTls = false };
        var refused = await Send(server, "hello: me");
        Assert.Equal((NotifyOutcome.Failed, true), (refused.Outcome, refused.Reason.Contains("STARTTLS", StringComparison.Ordinal)));
        Assert.DoesNotContain("MAIL", server.Commands);
        Assert.Equal(NotifyOutcome.Sent, (await Send(server, "require_tls: false")).Outcome);
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_stops_the_mail()
    {
        using var server = new FakeMailServer();
        Assert.Equal(NotifyOutcome.Retry, (await Send(server, "hello: me")).Outcome);
        Assert.Empty(server.Message);
    }

    [Theory]
    [InlineData("RCPT", "450 busy", "Retry")]
    [InlineData("RCPT", "550 no such user", "Failed")]
    [InlineData("DATA", "452 full", "Retry")]
    [InlineData("EHLO", "what?", "Retry")]
    [InlineData("MAIL", "", "Retry")]
    [InlineData("", "554 go away", "Failed")]
    [InlineData("QUIT", "", "Sent")]
    public async Task Replies_are_taken_for_what_they_mean(string command, string reply, string expected)
    {
        using var server = new FakeMailServer();
        server.Replies[command] = reply;
        Assert.Equal(expected, (await Send(server, "require_tls: false")).Outcome.ToString());
    }

    [Fact]
    public async Task A_wrong_password_is_told_without_it()
    {
        using var server = new FakeMailServer { OffersTls = false };
        var result = await Send(server, "require_tls: false, auth_username: user, auth_password: s3cret");
        Assert.Equal((NotifyOutcome.Failed, "email: AUTH PLAIN: the server answered 535 who are you"), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Messages_of_a_group_are_one_thread_and_headers_cannot_be_forged()
    {
        using var server = new FakeMailServer();
        await Send(server, "require_tls: false, threading: {enabled: true, thread_by_date: none}, headers: {subject: \"Grüße\\r\\nBcc: x@y\"}");
        var first = Reference(server.Message);
        Assert.Contains("Subject: =?UTF-8?B?", server.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\nBcc:", server.Message, StringComparison.Ordinal);
        await Send(server, "require_tls: false, threading: {enabled: true, thread_by_date: none}");
        Assert.Equal(first, Reference(server.Message));
    }

    static string Reference(string message) => message.Split("\r\n").Single(line => line.StartsWith("References: ", StringComparison.Ordinal));

    static async Task<NotifyResult> Send(FakeMailServer server, string keys) =>
        await SomeNotification.Notifier("email", $"{{to: 'Ops <ops@example.org>', from: p@example.org, text: \"line\\n.leading dot\", smarthost: '127.0.0.1:{server.Port}', {keys}}}")
            .NotifyAsync(SomeNotification.Firing(), TestContext.Current.CancellationToken);
}
