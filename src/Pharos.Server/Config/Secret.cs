namespace Pharos.Server.Config;

/// <summary>A text that must never be printed: a password, a token, a key. Given in the configuration or by a file.</summary>
/// <remarks>
/// <para>A file is read anew at each <see cref="Read"/>, so that rotated credentials are used without a reload.</para>
/// <para>Threads: immutable, safe for all.</para>
/// </remarks>
sealed class Secret
{
    readonly string? text;
    readonly string? problem;

    Secret(string? text, string? path, string? problem)
    {
        this.text = text;
        Path = path;
        this.problem = problem;
    }

    /// <summary>The file that holds the secret; null when it was written in the configuration.</summary>
    public string? Path { get; }

    public static Secret Inline(string text) => new(text, null, null);

    public static Secret FromFile(string path) => new(null, path, null);

    /// <summary>A secret that could not be had, such as one that names an unset variable: whoever needs it fails, and says why.</summary>
    public static Secret Unavailable(string problem) => new(null, null, problem);

    /// <summary>The secret; of a file its content without white space around.</summary>
    /// <exception cref="SecretUnavailableException">The file cannot be read, or a variable is not set.</exception>
    public string Read()
    {
        if (problem is not null) throw new SecretUnavailableException(problem);
        if (Path is null) return text!;
        try
        {
            return File.ReadAllText(Path).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SecretUnavailableException($"cannot read the secret in {Path}: {error.Message}");
        }
    }

    /// <summary>Whether both would yield the same secret. Reading no file: two secrets of the same file are the same.</summary>
    public override bool Equals(object? obj) =>
        obj is Secret other && text == other.text && Path == other.Path && problem == other.problem;

    public override int GetHashCode() => HashCode.Combine(text, Path, problem);

    public override string ToString() => Path is null ? "<secret>" : $"<secret in {Path}>";
}

/// <summary>A secret cannot be had; the message says which and why, and never holds a secret itself.</summary>
sealed class SecretUnavailableException(string message) : Exception(message);
