using System.Diagnostics;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd;

/// <summary><c>bench/peers.sh</c> brings Alertmanager's default texts to where that reads them. The machine's own <c>/usr/share</c> is hidden by an empty one.</summary>
public sealed class PeersScriptTests : IDisposable
{
    const string Place = "/usr/share/prometheus/alertmanager";

    /// <summary>Where the tests and everybody else may go.</summary>
    readonly TemporaryFolder peers = new("/tmp");

    public PeersScriptTests()
    {
        foreach (var program in (string[])["prometheus", "promtool", "prometheus-node-exporter", "redis-server", "wrk", "../lib/postgresql/15/bin/postgres"]) Write(program, "exit 1");
        Write("prometheus-alertmanager", $"cat {Place}/default.tmpl");
        peers.Write($"root{Place}/default.tmpl", "the texts\n");
        peers.Write("bench/peers.sh", File.ReadAllText(Path.Combine(Checkout.Root, "bench", "peers.sh"))); // Others cannot enter every checkout.
        Run("chmod", "-R", "a+rwX", peers.Path);
    }

    [Theory]
    [InlineData("true")]
    [InlineData($"mkdir -p {Place} && echo older > {Place}/default.tmpl && echo older > {Place}/gone.tmpl")]
    public void Root_gets_a_copy_of_the_folder_in_the_place_of_another_version(string before)
    {
        SkipUnlessRoot();

        var (code, output) = Fresh($"{before}; bash bench/peers.sh && ls {Place} && {peers.Path}/bin/prometheus-alertmanager");

        Assert.Equal((0, "default.tmpl\nthe texts\n"), (code, output));
    }

    [Theory]
    [InlineData("true")]
    [InlineData($"mkdir -p {Place} && echo older > {Place}/default.tmpl")]
    [InlineData("mkdir -p /usr/share/prometheus && echo older > /usr/share/prometheus/other")]
    public void Another_user_starts_it_in_a_namespace_that_has_the_folder(string before)
    {
        SkipUnlessRoot();
        var (canBe, said) = Run("runuser", "-u", "nobody", "--", "unshare", "--map-root-user", "--mount", "true");
        Assert.SkipUnless(canBe == 0, $"this machine lets no other user have mount namespaces: {said}");

        var (code, output) = Fresh($"{before}; ls -R /usr/share > before; {AsNobody()} && {peers.Path}/bin/prometheus-alertmanager; ls -R /usr/share | cmp - before");

        Assert.Equal((0, "the texts\n"), (code, output));
    }

    [Fact]
    public void Where_neither_can_be_it_is_not_there_and_the_command_is_told()
    {
        SkipUnlessRoot();
        Run("chmod", "755", peers.Write("none/unshare", "#!/bin/sh\nexit 1\n"));
        Run("chmod", "755", Path.Combine(peers.Path, "none"));

        var (code, output) = Fresh($"{AsNobody($"PATH={peers.Path}/none:$PATH")}; echo $?; ls {peers.Path}/bin");

        Assert.Equal(
            (0, $"peers.sh: Alertmanager does not find {Place}; its tests are skipped until root runs: PEERS_DIR={peers.Path} bench/peers.sh\n0\n"),
            (code, output));
    }

    public void Dispose() => peers.Dispose();

    static void SkipUnlessRoot()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can hide this machine's /usr/share from the script");
        var (code, output) = Run("unshare", "--mount", "true");
        Assert.SkipUnless(code == 0, $"this machine has no mount namespaces: {output}");
    }

    void Write(string program, string command)
    {
        var path = peers.Write($"root/usr/bin/{program}", $"#!/bin/sh\n{command}\n");
        Run("chmod", "755", path);
    }

    string AsNobody(string environment = "") => $"runuser -u nobody -- env {environment} bash bench/peers.sh";

    (int Code, string Output) Fresh(string commands) => Run("unshare", "--mount", "sh", "-ec",
        $"export PEERS_DIR={peers.Path}; cd {peers.Path}; mount -t tmpfs -o mode=755 tmpfs /usr/share; exec 2>&1; {commands}");

    static (int Code, string Output) Run(string program, params string[] arguments) => Peers.Run(program, [], arguments);
}
