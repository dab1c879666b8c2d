namespace Pharos.AspNetCore.Requests;

/// <summary>Sends the id of the request that is being answered on with requests of clients that the factory makes.</summary>
sealed class RequestIdHandler : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequestScope.Current?.Carry(request);
        return base.SendAsync(request, cancellationToken);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequestScope.Current?.Carry(request);
        return base.Send(request, cancellationToken);
    }
}
