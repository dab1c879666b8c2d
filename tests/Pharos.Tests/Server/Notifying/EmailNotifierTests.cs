using System.Text;
using MimeKit;
using Pharos.Server.Notifying;

namespace Pharos.Tests.Server.Notifying;

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
        using var mail = await MimeMessage.LoadAsync(new MemoryStream(Encoding.UTF8.GetBytes(server.Message)), TestContext.Current.CancellationToken);
        Assert.Equal("line\n.leading dot", mail.TextBody!.ReplaceLineEndings("\n").TrimEnd());
    }

    [Fact]
    public async Task The_identity_to_act_as_goes_along_with_the_login()
    {
        using var server = new FakeMailServer { OffersTls = false, Identity = "shop" };
        await Send(server, "require_tls: false, auth_username: user, auth_password: pass, auth_identity: shop");

        Assert.True(server.LoggedIn);
    }

    [Fact]
    public async Task Without_STARTTLS_nothing_is_sent_unless_allowed()
    {
        using var server = new FakeMailServer { OffersTls = false };
        var refused = await Send(server, "hello: me");
        Assert.Equal((NotifyOutcome.Failed, true), (refused.Outcome, refused.Reason.Contains("STARTTLS", StringComparison.Ordinal)));
        Assert.DoesNotContain("MAIL", server.Commands);
        Assert.Equal("EHLO me", server.Greeting);
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
    [InlineData("mail.test", "Sent")]
    [InlineData("other.test", "Retry")]
    public async Task An_authority_of_ones_own_is_trusted_for_the_name_it_signed(string name, string expected)
    {
        using var server = new FakeMailServer();
        var pem = server.CertificatePem.Replace("\n", "\\n", StringComparison.Ordinal);
        var result = await Send(server, $"tls_config: {{server_name: {name}, ca: \"{pem}\"}}");

        Assert.Equal(expected, result.Outcome.ToString());
        Assert.Equal(expected == "Sent", server.Message.Length > 0);
    }

    [Fact]
    public async Task A_server_that_speaks_without_end_is_hung_up_on()
    {
        using var server = new FakeMailServer();
        server.Replies["EHLO"] = string.Join("\r\n", Enumerable.Repeat($"250-{new string('x', 1000)}", 1000));
        var result = await Send(server, "require_tls: false");

        Assert.Equal((NotifyOutcome.Retry, "email: the answer is no SMTP: it is above 409600 bytes"), (result.Outcome, result.Reason));
    }

    [Theory]
    [InlineData("ops")]
    [InlineData("a@example.org, , b")]
    [InlineData("a b@example.org")]
    [InlineData("a@example.org>")]
    public async Task What_is_no_address_is_the_templates_fault(string to)
    {
        using var server = new FakeMailServer();
        var result = await SomeNotification.Notifier("email", $"{{to: '{to}', from: p@example.org, smarthost: '127.0.0.1:{server.Port}', require_tls: false}}")
            .NotifyAsync(SomeNotification.Firing(), TestContext.Current.CancellationToken);

        Assert.Equal((NotifyOutcome.Failed, NotifyFault.Template), (result.Outcome, result.Fault));
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
        Assert.Contains("Subject: =?utf-8?", server.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\nBcc:", server.Message, StringComparison.Ordinal);
        await Send(server, "require_tls: false, threading: {enabled: true, thread_by_date: none}");
        Assert.Equal(first, Reference(server.Message));
    }

    static string Reference(string message) => message.Split("\r\n").Single(line => line.StartsWith("References: ", StringComparison.Ordinal));

    static async Task<NotifyResult> Send(FakeMailServer server, string keys) =>
        await SomeNotification.Notifier("email", $"{{to: 'Ops <ops@example.org>', from: p@example.org, text: \"line\\n.leading dot\", smarthost: '127.0.0.1:{server.Port}', {keys}}}")
            .NotifyAsync(SomeNotification.Firing(), TestContext.Current.CancellationToken);
}
