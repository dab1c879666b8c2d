using Pharos.Model.Diagnostics;
using Pharos.Query.GoTemplate;
using Pharos.Server.Alerting.Notifiers;

namespace Pharos.Server.Alerting.Templates;

/// <summary>The templates that texts of receivers may call: the defaults of every service and those of the user's own files.</summary>
/// <remarks>
/// <para>Semantics: Alertmanager's. A file's <c>define</c> takes the place of a default of the same name.</para>
/// <para>Limits: <see cref="TemplateLimits"/> for each text: steps, time, depth, length. Templates reach no file and no network.</para>
/// <para>Threads: immutable, safe for all.</para>
/// </remarks>
sealed class NotificationTemplates
{
    /// <summary>Most bytes of one file of templates.</summary>
    const int MaxFileBytes = 4 << 20;

    const string OwnText = "";

    readonly TemplateSet templates;

    NotificationTemplates(TemplateSet templates) => this.templates = templates;

    /// <summary>No files of a user, only the defaults.</summary>
    public static NotificationTemplates Default { get; } = new(TemplateSet.Empty(NotificationFunctions.Set)
        .With("default.tmpl", Resource("default.tmpl"))
        .With("email.tmpl", Resource("email.tmpl")));

    /// <summary>The defaults, then each file; what does not parse or cannot be read is told, and left out.</summary>
    public static NotificationTemplates Load(IReadOnlyList<string> files, ICollection<Diagnostic> diagnostics)
    {
        var loaded = Default.templates;
        foreach (var file in files)
        {
            try
            {
                if (new FileInfo(file).Length > MaxFileBytes)
                {
                    diagnostics.Add(Diagnostic.Error(file, 0, 0, $"is above {MaxFileBytes} bytes; write smaller templates"));
                    continue;
                }
                loaded = loaded.With(Path.GetFileName(file), File.ReadAllText(file));
            }
            catch (TemplateSyntaxException error)
            {
                diagnostics.Add(Diagnostic.Error(file, error.Line, error.Column + 1, error.Reason));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                diagnostics.Add(Diagnostic.Error(file, 0, 0, error.Message));
            }
        }
        return new(loaded);
    }

    /// <summary>Expands a text into plain text.</summary>
    /// <exception cref="TemplateException">It does not parse, does not fit the data, or passes a limit.</exception>
    public string Text(string text, Notification notification, CancellationToken cancellation = default) =>
        text.Contains("{{", StringComparison.Ordinal) ? Expand(text, NotificationData.Of(notification), HostOf(notification), isHtml: false, cancellation) : text;

    /// <summary>Expands a text into HTML; what comes from alerts is escaped for the place where it lands.</summary>
    /// <exception cref="TemplateException">It does not parse, does not fit the data, or passes a limit.</exception>
    public string Html(string text, Notification notification, CancellationToken cancellation = default) =>
        text.Contains("{{", StringComparison.Ordinal) ? Expand(text, NotificationData.Of(notification), HostOf(notification), isHtml: true, cancellation) : text;

    /// <summary>Expands a text over data of any shape, for tests of the language.</summary>
    internal string Expand(string text, TemplateValue data, (DateTimeOffset Now, IReadOnlyList<Model.Labels.Label> RouteLabels) of, bool isHtml, CancellationToken cancellation)
    {
        var host = new NotificationTemplateHost(of.Now, of.RouteLabels, (inner, within) => templates.With(OwnText, inner).Execute(OwnText, data, within));
        // The limit on time is about this machine's, also where alerts live on a virtual clock.
        var run = new TemplateRun(TemplateLimits.Default, TimeProvider.System, host, cancellation);
        var withText = templates.With(OwnText, text);
        return isHtml ? withText.ExecuteHtml(OwnText, data, run) : withText.Execute(OwnText, data, run);
    }

    static (DateTimeOffset, IReadOnlyList<Model.Labels.Label>) HostOf(Notification notification) => (notification.Now, [.. notification.RouteLabels]);

    static string Resource(string name)
    {
        using var stream = typeof(NotificationTemplates).Assembly.GetManifestResourceStream($"Pharos.Server.Alerting.Templates.{name}")
            ?? throw new InvalidOperationException($"BUG: the program lacks its resource {name}");
        return new StreamReader(stream).ReadToEnd();
    }
}
