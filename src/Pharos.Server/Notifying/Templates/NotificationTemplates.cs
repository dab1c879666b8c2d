using Pharos.Model.Diagnostics;
using Pharos.Model.Labels;
using Pharos.Query.GoTemplate;
using Pharos.Query.GoTemplate.Execution;

namespace Pharos.Server.Notifying.Templates;

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

    readonly TemplateSet templates;
    readonly Dictionary<string, string> files;

    NotificationTemplates(TemplateSet templates, Dictionary<string, string> files)
    {
        this.templates = templates;
        this.files = files;
    }

    /// <summary>No files of a user, only the defaults.</summary>
    public static NotificationTemplates Default { get; } = new(TemplateSet.Empty(NotificationFunctions.Set)
        .With("default.tmpl", Resource("default.tmpl"))
        .With("email.tmpl", Resource("email.tmpl")), []);

    internal TemplateSet Templates => templates;

    /// <summary>The defaults, then each file; what does not parse or cannot be read is told, and left out.</summary>
    public static NotificationTemplates Load(IReadOnlyList<string> files, ICollection<Diagnostic> diagnostics)
    {
        var loaded = Default.templates;
        var texts = new List<(string File, string Text)>();
        foreach (var file in files)
        {
            try
            {
                if (new FileInfo(file).Length > MaxFileBytes)
                {
                    diagnostics.Add(Diagnostic.Error(file, 0, 0, $"is above {MaxFileBytes} bytes; write smaller templates"));
                    continue;
                }
                var text = File.ReadAllText(file);
                loaded = loaded.With(Path.GetFileName(file), text);
                texts.Add((file, text));
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
        foreach (var (file, text) in texts) // Only now, because files may call templates of later ones.
        {
            foreach (var fault in loaded.FaultsOf(Path.GetFileName(file), text)) diagnostics.Add(Diagnostic.Warning(file, fault.Line, fault.Column + 1, fault.Reason));
        }
        return new(loaded, texts.GroupBy(one => Path.GetFileName(one.File), StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last().File, StringComparer.Ordinal));
    }

    /// <summary>What is wrong with a text of a receiver, as far as can be told without alerts.</summary>
    public IReadOnlyList<TemplateFault> FaultsOf(string text) => text.Contains("{{", StringComparison.Ordinal) ? templates.FaultsOf("", text) : [];

    /// <summary>The texts of one notification.</summary>
    public NotificationTexts For(Notification notification) =>
        new(templates, () => NotificationData.Of(notification), [.. notification.RouteLabels], notification.Now, () => notification.Subject);

    /// <summary>The path of a user's file of templates, by the name that messages know it by; null: it is none of them.</summary>
    public string? FileOf(string name) => files.GetValueOrDefault(name);

    /// <summary>Texts over data of any shape, for tests of the language.</summary>
    internal NotificationTexts Over(TemplateValue dot, IReadOnlyList<Label> routeLabels, DateTimeOffset now) => new(templates, () => dot, routeLabels, now);

    static string Resource(string name)
    {
        using var stream = typeof(NotificationTemplates).Assembly.GetManifestResourceStream($"Pharos.Server.Notifying.Templates.{name}")
            ?? throw new InvalidOperationException($"BUG: the program lacks its resource {name}");
        return new StreamReader(stream).ReadToEnd();
    }
}
