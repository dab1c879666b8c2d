using System.Buffers.Text;
using Pharos.Model.Samples;

namespace Pharos.Server.Metrics.Exposition;

/// <summary>The grammar of the lines.</summary>
ref partial struct ExpositionReader
{
    void ReadSample()
    {
        Kind = LineKind.Sample;
        labels.Clear();
        nameStart = position;
        nameLength = ExpositionText.NameLength(body[position..], allowColon: true);
        position += nameLength;
        if (nameLength == 0 && body[position] != '{') FailExpected(position, "a metric name, \"{\" or \"#\"");
        seriesEnd = position;
        var at = position;
        if (!isOpenMetrics) SkipBlanks(ref at);
        if (at < body.Length && body[at] == '{')
        {
            position = at + 1;
            ReadLabels(labels, isExemplar: false);
            seriesEnd = position;
        }
        if (nameLength == 0) Fail(lineStart, "the series has no metric name");
        if (isOpenMetrics) Take((byte)' ', "a space before the value");
        else SkipBlanks(ref position);
        ReadValueAndRest();
    }

    /// <summary>Reads pairs up to and including the closing brace. A lone quoted text among them is the metric name.</summary>
    void ReadLabels(LabelRanges into, bool isExemplar)
    {
        into.Clear();
        while (true)
        {
            SkipLabelBlanks();
            if (Peek() == '}' && !(strict && isOpenMetrics && into.Count > 0)) break;
            ReadLabel(into, isExemplar);
            if (into.Count > LabelRanges.MaxLabels) Fail(lineStart, $"the series has more than {LabelRanges.MaxLabels} labels");
            SkipLabelBlanks();
            if (Peek() == ',') position++;
            else if (Peek() == '}') break;
            else if (isOpenMetrics || strict) FailExpected(position, "\",\" or \"}\" after a label");
        }
        position++;
    }

    void ReadLabel(LabelRanges into, bool isExemplar)
    {
        var start = position;
        var isQuoted = Peek() == '"';
        var length = isQuoted ? ReadQuoted() : ExpositionText.NameLength(body[position..], allowColon: false);
        if (isQuoted) start++;
        else position += length;
        if (length == 0 && !isQuoted) FailExpected(position, "a label name");
        SkipLabelBlanks();
        if (isQuoted && !isExemplar && Peek() is ',' or '}')
        {
            if (nameLength > 0) Fail(start, "the metric name is given twice");
            if (length == 0) Fail(start, "the metric name is empty");
            (nameStart, nameLength) = (start, length);
            CheckUtf8(start, length, "the metric name");
            return;
        }
        if (length == 0) Fail(start, "the label name is empty");
        if (isQuoted) CheckUtf8(start, length, "the label name");
        Take((byte)'=', "\"=\" after the label name");
        SkipLabelBlanks();
        if (Peek() != '"') FailExpected(position, "a quoted label value");
        var valueStart = position + 1;
        var valueLength = ReadQuoted();
        CheckUtf8(valueStart, valueLength, "the label value");
        into.Add(start, length, valueStart, valueLength);
    }

    /// <summary>Passes a quoted text; its length without quotes, escapes untouched.</summary>
    int ReadQuoted()
    {
        var opening = position++;
        while (true)
        {
            var next = body[position..].IndexOfAny((byte)'"', (byte)'\\', (byte)'\n');
            if (next < 0) Fail(opening, "the quoted text is not closed");
            position += next;
            switch (body[position])
            {
                case (byte)'"':
                    return position++ - opening - 1;
                case (byte)'\n':
                    if (isOpenMetrics || strict) Fail(position, "a quoted text may not span lines; write \\n");
                    position++;
                    break;
                default:
                    var escaped = position + 1 < body.Length ? body[position + 1] : (byte)'\n';
                    if (escaped == '\n') Fail(position, "a backslash ends the line");
                    if (strict && !isOpenMetrics && escaped is not ((byte)'\\' or (byte)'"' or (byte)'n')) Fail(position, $"invalid escape sequence \"\\{(char)escaped}\"");
                    position += 2;
                    break;
            }
        }
    }

    void ReadValueAndRest()
    {
        HistogramIndex = -1;
        if (isTranscoded && Peek() == 'H') ReadHistogramIndex();
        else Value = ReadFloat("a value");
        HasTimestamp = false;
        HasExemplar = false;
        if (isOpenMetrics) ReadOpenMetricsRest();
        else ReadTextRest();
    }

    void ReadHistogramIndex()
    {
        position++;
        if (!Utf8Parser.TryParse(body[position..], out int index, out var length)) Fail(position, "the histogram has no number");
        HistogramIndex = index;
        position += length;
    }

    double ReadFloat(string what)
    {
        var token = body[position..];
        var end = token.IndexOfAny((byte)' ', (byte)'\n', (byte)'\t');
        if (end >= 0) token = token[..end];
        if (token.IsEmpty) FailExpected(position, what);
        if (!FloatText.TryParse(token, out var value)) Fail(position, $"{ExpositionText.Show(token)} is not a number, expected {what}");
        position += token.Length;
        return value;
    }

    void ReadTextRest()
    {
        SkipBlanks(ref position);
        if (Peek() is >= '0' and <= '9' || (strict && Peek() == '-'))
        {
            if (!Utf8Parser.TryParse(body[position..], out long milliseconds, out var length)) Fail(position, "the timestamp is not an integer of milliseconds in 64 bits");
            (HasTimestamp, TimestampMs) = (true, milliseconds);
            position += length;
            SkipBlanks(ref position);
        }
        if (position == body.Length)
        {
            if (strict) Fail(position, "the last line does not end with a line feed");
            return;
        }
        if (body[position] != '\n') FailExpected(position, HasTimestamp ? "the end of the line after the timestamp" : "a timestamp or the end of the line");
        position++;
    }

    void ReadOpenMetricsRest()
    {
        if (Peek() == ' ' && PeekAt(1) != '#')
        {
            position++;
            (HasTimestamp, TimestampMs) = (true, ReadSeconds());
        }
        if (Peek() == ' ')
        {
            exemplarStart = ++position;
            Take((byte)'#', "\"#\" before an exemplar");
            Take((byte)' ', "a space");
            Take((byte)'{', "\"{\" of an exemplar");
            ReadLabels(exemplarLabels, isExemplar: true);
            Take((byte)' ', "a space before the exemplar's value");
            ExemplarValue = ReadFloat("the exemplar's value");
            HasExemplar = true;
            HasExemplarTimestamp = Peek() == ' ';
            if (HasExemplarTimestamp)
            {
                position++;
                ExemplarTimestampMs = ReadSeconds();
            }
        }
        Take((byte)'\n', "the end of the line");
    }

    /// <summary>An OpenMetrics time: seconds since the epoch as a float. Ours are ms, cut toward zero as Prometheus does.</summary>
    long ReadSeconds()
    {
        var start = position;
        var seconds = ReadFloat("a timestamp in seconds");
        if (!double.IsFinite(seconds)) Fail(start, "the timestamp is not a time");
        return (long)(seconds * (isTranscoded ? 1 : 1000)); // Beyond 64 bits it is the last of them: a time that no store takes.
    }

    void ReadTextComment()
    {
        var lineEnd = LineEnd();
        var at = position + 1;
        SkipBlanks(ref at);
        var rest = body[at..lineEnd];
        Kind = rest.StartsWith("HELP"u8) ? LineKind.Help : rest.StartsWith("TYPE"u8) ? LineKind.Type : LineKind.Comment;
        position = Math.Min(lineEnd + 1, body.Length);
        if (strict && lineEnd == body.Length) Fail(lineEnd, "the last line does not end with a line feed");
        if (Kind == LineKind.Comment || at == lineStart + 1 || rest.Length < 5 || !ExpositionText.IsBlank(rest[4]))
        {
            Kind = LineKind.Comment; // "# HELP" alone, "#TYPE" and the like are ordinary comments.
            return;
        }
        if (!ReadFamily(at + 5, lineEnd))
        {
            if (!strict) FailExpected(lineEnd, "the name of a metric family");
            Kind = LineKind.Comment;
            return;
        }
        textEnd = lineEnd;
        if (strict) SkipBlanks(ref textStart);
        else textStart++; // Whatever character ends the name; the text has all the rest.
        textStart = Math.Min(textStart, textEnd);
        CheckUtf8(textStart, textEnd - textStart, "the text");
        if (Kind == LineKind.Type) ReadMetricKind();
    }

    /// <summary>Sets the family name, quoted or not, and where the text behind it starts. False: there is no name.</summary>
    bool ReadFamily(int at, int lineEnd)
    {
        SkipBlanks(ref at);
        if (at >= lineEnd) return false;
        nameStart = at;
        nameLength = ExpositionText.NameLength(body[at..lineEnd], allowColon: true);
        textStart = at + nameLength;
        if (body[at] == '"')
        {
            var saved = position;
            position = at;
            nameLength = ReadQuoted();
            nameStart++;
            textStart = position;
            position = saved;
            if (textStart > lineEnd) Fail(at, "the quoted name is not closed");
            CheckUtf8(nameStart, nameLength, "the name");
        }
        if (nameLength == 0 && (strict || body[at] != '"')) FailExpected(at, "the name of a metric family");
        if ((strict || isOpenMetrics) && textStart < lineEnd && !ExpositionText.IsBlank(body[textStart])) FailExpected(textStart, "a space after the name");
        return true;
    }

    void ReadOpenMetricsComment()
    {
        var lineEnd = LineEnd();
        var line = body[position..lineEnd];
        if (line.SequenceEqual("# EOF"u8))
        {
            position = Math.Min(lineEnd + 1, body.Length);
            if (position < body.Length) Fail(position, "there is data after \"# EOF\"");
            sawEnd = true;
            Kind = LineKind.None;
            return;
        }
        Kind = line.StartsWith("# HELP "u8) ? LineKind.Help : line.StartsWith("# TYPE "u8) ? LineKind.Type : line.StartsWith("# UNIT "u8) ? LineKind.Unit : LineKind.None;
        if (Kind == LineKind.None) Fail(position, "OpenMetrics knows no comments other than HELP, TYPE, UNIT and EOF");
        if (lineEnd == body.Length) Fail(lineEnd, "the data does not end with \"# EOF\"; it may have been cut off");
        if (body[position + 7] is (byte)' ' || !ReadFamily(position + 7, lineEnd)) FailExpected(position + 7, "the name of a metric family");
        if (textStart == lineEnd || body[textStart] != ' ') FailExpected(textStart, "a space after the name");
        textStart++;
        textEnd = lineEnd;
        CheckUtf8(textStart, textEnd - textStart, "the text");
        position = lineEnd + 1;
        if (Kind == LineKind.Type) ReadMetricKind();
        else if (Kind == LineKind.Unit && !IsUnitOfName()) Fail(lineStart, $"unit {ExpositionText.Show(Text)} is not the suffix of the name {ExpositionText.Show(Name)}");
    }

    readonly bool IsUnitOfName() => Text.IsEmpty || (Name.Length > Text.Length && Name.EndsWith(Text) && Name[^(Text.Length + 1)] == '_');

    void ReadMetricKind()
    {
        var isKnown = true;
        var kind = MetricKind.Unknown;
        if (Text.SequenceEqual("counter"u8)) kind = MetricKind.Counter;
        else if (Text.SequenceEqual("gauge"u8)) kind = MetricKind.Gauge;
        else if (Text.SequenceEqual("histogram"u8)) kind = MetricKind.Histogram;
        else if (Text.SequenceEqual("summary"u8)) kind = MetricKind.Summary;
        else if (!isOpenMetrics) isKnown = Text.SequenceEqual("untyped"u8);
        else if (Text.SequenceEqual("gaugehistogram"u8)) kind = MetricKind.GaugeHistogram;
        else if (Text.SequenceEqual("info"u8)) kind = MetricKind.Info;
        else if (Text.SequenceEqual("stateset"u8)) kind = MetricKind.StateSet;
        else isKnown = Text.SequenceEqual("unknown"u8);
        if (!isKnown) Fail(textStart, $"{ExpositionText.Show(Text)} is not a metric type");
        MetricKind = kind;
    }

    readonly int LineEnd()
    {
        var length = body[position..].IndexOf((byte)'\n');
        return length < 0 ? body.Length : position + length;
    }

    /// <summary>OpenMetrics has no blanks among labels; the Prometheus format may have them anywhere there.</summary>
    void SkipLabelBlanks()
    {
        if (!isOpenMetrics) SkipBlanks(ref position);
    }

    readonly void SkipBlanks(ref int at)
    {
        while (at < body.Length && ExpositionText.IsBlank(body[at])) at++;
    }

    readonly int Peek() => position < body.Length ? body[position] : -1;

    readonly int PeekAt(int ahead) => position + ahead < body.Length ? body[position + ahead] : -1;

    void Take(byte wanted, string description)
    {
        if (Peek() != wanted) FailExpected(position, description);
        position++;
    }
}
