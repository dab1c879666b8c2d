namespace Pharos.EndToEnd.Browser;

/// <summary>A running server with things to see, and a browser to see them with.</summary>
public interface IStage
{
    /// <summary>The server's root.</summary>
    string Url { get; }

    /// <summary>A fresh browser profile whose relative addresses are the server's. Starts the stage when it is asked first.</summary>
    Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions options);
}
