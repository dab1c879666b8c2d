namespace Pharos.Query.GoTemplate.Html;

/// <summary>Where in a script or style sheet the writer stands: in code, in a string, in a comment.</summary>
/// <remarks>Regular expressions of JavaScript are read as code; quotes within one would mislead, towards stricter escaping at worst of what follows in the same script.</remarks>
struct QuotedPlace
{
    char previous;

    /// <summary>The quote of the string it is in; '*' or '\n' within a comment, by what ends it; '(' within <c>url(</c>; '\0' in code.</summary>
    public char Within { get; private set; }

    public readonly bool IsInComment => Within is '*' or '\n';

    public readonly bool IsInString => Within is '"' or '\'' or '`' or '(';

    public void Feed(char c, bool isScript)
    {
        if (Within is '"' or '\'' or '`')
        {
            if (previous == '\\') previous = '\0'; // What was escaped ends nothing, and escapes nothing.
            else if (c == Within) (Within, previous) = ('\0', '\0');
            else previous = c;
            return;
        }
        switch (Within)
        {
            case '*' when previous == '*' && c == '/':
            case '\n' when c == '\n':
            case '(' when c == ')':
                (Within, previous) = ('\0', '\0');
                return;
            case '\0':
                if (c is '"' or '\'' || (c == '`' && isScript)) Within = c;
                else if (previous == '/' && c == '*') Within = '*';
                else if (previous == '/' && c == '/' && isScript) Within = '\n';
                else if (previous == 'l' && c == '(' && !isScript) Within = '(';
                if (Within != '\0')
                {
                    previous = '\0';
                    return;
                }
                break;
        }
        previous = c;
    }
}
