using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Pharos.Query.GoTemplate;

namespace Pharos.Server.Notifying.Templates;

/// <summary>The texts as notifiers take them: a template that fails loses no notification.</summary>
/// <remarks>
/// <para>What the program's own default texts say for the alerts stands in for it (<see cref="Field"/>), and the failure is named in the body
/// (<see cref="Body"/>), whichever field it was in. Only what nothing can stand in for, an address or a key, fails the attempt (<see cref="Needed"/>).</para>
/// <para>A body is often written before the field that fails. So a failure breaks the attempt off, and <see cref="AttemptAsync"/> begins it anew, knowing
/// it: a notifier must have rendered all its texts before it sends anything that may not be sent twice.</para>
/// </remarks>
sealed partial class NotificationTexts
{
    const int MaxNoteBytes = 400;

    /// <summary>For the texts after one that spent the budget, once; and for each text that stands in.</summary>
    static readonly TemplateLimits SpareLimits = TemplateLimits.Default with { MaxTime = TimeSpan.FromSeconds(2) };

    readonly Dictionary<(string Template, bool IsHtml), string?> rendered = [];
    readonly List<string> faults = [];
    readonly Func<string> plain;
    bool hasSpare = true;

    /// <summary>What failed so far, each with its field.</summary>
    public IReadOnlyList<string> Faults => faults;

    /// <summary>The failures in one line for people; "" when there are none.</summary>
    public string Note => faults.Count == 0 ? ""
        : Shortened.ToBytes($"(Pharos: default texts stand in, because a template of this receiver failed: {OneLine(string.Join("; ", faults))})", MaxNoteBytes);

    /// <summary>Makes an attempt, anew after each failure that is first seen, and tells with its result what failed.</summary>
    public async ValueTask<NotifyResult> AttemptAsync(Func<ValueTask<NotifyResult>> attempt)
    {
        while (true)
        {
            var known = faults.Count;
            try
            {
                var result = await attempt();
                return faults.Count == 0 ? result : result with { Flaws = [.. faults] };
            }
            catch (TextFailedException) when (faults.Count > known)
            {
                // There are but so many texts.
            }
        }
    }

    /// <summary>An address, a key: without it nothing can be sent.</summary>
    /// <exception cref="TemplateException">It cannot be rendered.</exception>
    public string Needed(string template, [CallerArgumentExpression(nameof(template))] string field = "")
    {
        try
        {
            return Text(template);
        }
        catch (TemplateException error)
        {
            throw new TemplateExecutionException($"{NameOf(field)} cannot be rendered: {error.Message}", error.Line, error.Column);
        }
    }

    /// <param name="otherwise">Name of the default text that stands in; "": the field is left empty.</param>
    public string Field(string template, string otherwise = "", [CallerArgumentExpression(nameof(template))] string field = "") =>
        TryRender(template, isHtml: false, field) ?? StandIn(otherwise, isHtml: false);

    /// <inheritdoc cref="Field"/>
    public string HtmlField(string template, string otherwise, [CallerArgumentExpression(nameof(template))] string field = "") =>
        TryRender(template, isHtml: true, field) ?? StandIn(otherwise, isHtml: true);

    /// <summary>A field that is better left out than sent empty.</summary>
    public bool TryField(string template, out string text, [CallerArgumentExpression(nameof(template))] string field = "")
    {
        var whole = TryRender(template, isHtml: false, field);
        text = whole ?? "";
        return whole is not null;
    }

    /// <summary>Whether all parts of one thing, such as a button, can be rendered; else it is left out whole.</summary>
    public bool Renders(string thing, params IReadOnlyList<string> parts) => parts.All(part => TryField(part, out _, thing));

    /// <summary>The field that people read: what failed is named at its end.</summary>
    /// <param name="cut">Shortens to the service's limit, <paramref name="max"/> of what it counts.</param>
    public string Body(string template, string otherwise, Func<string, int, string>? cut = null, int max = int.MaxValue, [CallerArgumentExpression(nameof(template))] string field = "") =>
        WithNote(Field(template, otherwise, field), Note, cut, max);

    /// <summary>A body in the small HTML of messengers.</summary>
    /// <inheritdoc cref="Body"/>
    public string HtmlBody(string template, string otherwise, Func<string, int, string>? cut = null, int max = int.MaxValue, [CallerArgumentExpression(nameof(template))] string field = "") =>
        WithNote(HtmlField(template, otherwise, field), WebUtility.HtmlEncode(Note), cut, max);

    static string WithNote(string text, string note, Func<string, int, string>? cut, int max)
    {
        if (note.Length > 0 && text.Length > 0) note = $"\n\n{note}";
        var room = Math.Max(0, max - Encoding.UTF8.GetByteCount(note)); // No unit is smaller than a byte.
        return (cut is null ? text : cut(text, room)) + note;
    }

    /// <summary>Null: it failed, and that is known.</summary>
    string? TryRender(string template, bool isHtml, string field)
    {
        if (!template.Contains("{{", StringComparison.Ordinal)) return template;
        if (rendered.TryGetValue((template, isHtml), out var known)) return known;
        try
        {
            return rendered[(template, isHtml)] = isHtml ? Html(template) : Text(template);
        }
        catch (TemplateException error)
        {
            rendered[(template, isHtml)] = null;
            faults.Add($"{NameOf(field)}: {error.Message}");
            if (hasSpare) run = NewRun(SpareLimits); // It may have spent all there was.
            hasSpare = false;
            throw new TextFailedException();
        }
    }

    string StandIn(string name, bool isHtml)
    {
        if (name.Length == 0) return "";
        try
        {
            var defaults = NotificationTemplates.Default.Templates; // The user's own files may have replaced them.
            return isHtml ? defaults.ExecuteHtml(name, dot.Value, NewRun(SpareLimits)) : defaults.Execute(name, dot.Value, NewRun(SpareLimits));
        }
        catch (TemplateException)
        {
            return isHtml ? WebUtility.HtmlEncode(plain()) : plain(); // Ten thousand alerts pass the limits of any text about each of them.
        }
    }

    static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    /// <summary>The key in the file: <c>config.TitleLink</c> is <c>title_link</c>. What is no expression is the name already.</summary>
    static string NameOf(string expression)
    {
        if (!Expression().IsMatch(expression)) return expression;
        var part = expression.Split('.').Last(part => part is not ("Template" or "Value" or "Read()"));
        return string.Concat(part.Select((c, i) => char.IsAsciiLetterUpper(c) ? $"{(i > 0 ? "_" : "")}{char.ToLowerInvariant(c)}" : c.ToString()));
    }

    [GeneratedRegex(@"^[a-z]+(\.[A-Z][A-Za-z]*)+(\.Read\(\))?$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Expression();

    /// <summary>A text failed that had not before.</summary>
    sealed class TextFailedException : Exception;
}
