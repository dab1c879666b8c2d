using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Pharos.Model.Diagnostics;

/// <summary>Checks of our own promises. User input must never reach one.</summary>
public static class Invariant
{
    /// <exception cref="UnreachableException">The promise is broken: a bug of ours.</exception>
    public static void Holds([DoesNotReturnIf(false)] bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref InvariantMessage message)
    {
        if (!condition) Throw(message.ToString());
    }

    [DoesNotReturn]
    static void Throw(string message) => throw new UnreachableException($"BUG: {message}");

    /// <summary>Builds its text only when the promise is broken.</summary>
    [InterpolatedStringHandler]
    public ref struct InvariantMessage
    {
        DefaultInterpolatedStringHandler text;

        public InvariantMessage(int literalLength, int formattedCount, bool condition, out bool isEnabled)
        {
            isEnabled = !condition;
            text = isEnabled ? new(literalLength, formattedCount, System.Globalization.CultureInfo.InvariantCulture) : default;
        }

        public void AppendLiteral(string value) => text.AppendLiteral(value);

        public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

        public void AppendFormatted<T>(T value, string? format) => text.AppendFormatted(value, format);

        public override string ToString() => text.ToStringAndClear();
    }
}
