using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pharos.Query.GoTemplate;

/// <summary>Values as Go's <c>encoding/json</c> writes them: maps by key, struct fields by their JSON names, <c>&lt; &gt; &amp;</c> escaped.</summary>
public static class GoJson
{
    // JSON must be what Go writes, byte for byte; only these characters are escaped there, and both notations mean the same.
    static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <exception cref="TemplateFunctionException">A number that JSON cannot hold, or a text beyond the run's limits.</exception>
    public static string Write(TemplateValue value, TemplateRun run)
    {
        var json = new StringBuilder();
        Append(json, value, run);
        return json.ToString();
    }

    static void Append(StringBuilder json, TemplateValue value, TemplateRun run)
    {
        run.Step();
        if (json.Length > run.RemainingChars) throw new TemplateFunctionException("exceeded the limit of text in memory");
        switch (value)
        {
            case NilValue:
                json.Append("null");
                break;
            case BoolValue boolean:
                json.Append(boolean.Value ? "true" : "false");
                break;
            case IntValue whole:
                json.Append(CultureInfo.InvariantCulture, $"{whole.Value}");
                break;
            case FloatValue number when !double.IsFinite(number.Value):
                throw new TemplateFunctionException($"json: unsupported value: {value}");
            case FloatValue number:
                json.Append(Model.Text.GoText.FormatSampleValue(number.Value));
                break;
            case StringValue text:
                AppendText(json, text.Value);
                break;
            case ListValue list:
                AppendAll(json, '[', list.Items, ']', item => Append(json, item, run));
                break;
            case MapValue map:
                AppendAll(json, '{', map.EntryList, '}', entry => AppendMember(json, entry.Key, entry.Value, run));
                break;
            case StructValue { Instance: GoTime time }:
                AppendText(json, time.Format("2006-01-02T15:04:05.999999999Z07:00"));
                break;
            case StructValue instance:
                AppendAll(json, '{', instance.Type.Fields, '}', field => AppendMember(json, field.JsonName, field.Read(instance.Instance), run));
                break;
            default:
                throw new TemplateFunctionException($"json: unsupported type: {value.Type.Name}");
        }
    }

    static void AppendAll<T>(StringBuilder json, char open, IReadOnlyList<T> items, char close, Action<T> append)
    {
        json.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) json.Append(',');
            append(items[i]);
        }
        json.Append(close);
    }

    static void AppendMember(StringBuilder json, string name, TemplateValue value, TemplateRun run)
    {
        AppendText(json, name);
        json.Append(':');
        Append(json, value, run);
    }

    static void AppendText(StringBuilder json, string text)
    {
        json.Append('"');
        var plain = new StringBuilder(JsonEncodedText.Encode(text, Encoder).Value);
        plain.Replace("<", "\\u003c").Replace(">", "\\u003e").Replace("&", "\\u0026").Replace("\u2028", "\\u2028").Replace("\u2029", "\\u2029");
        json.Append(plain).Append('"');
    }
}
