namespace Pharos.AspNetCore.Requests;

/// <summary>Sends the id of the request that is being answered on with outgoing requests, unless they carry one.</summary>
sealed class RequestIdHandler(RequestOptions options) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Carry(request);
        return base.SendAsync(request, cancellationToken);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Carry(request);
        return base.Send(request, cancellationToken);
    }

    void Carry(HttpRequestMessage request)
    {
        // Ids are free of what a header may not hold, so that there is nothing to validate.
        if (RequestScope.Current is { } scope && !request.Headers.Contains(options.Header)) request.Headers.TryAddWithoutValidation(options.Header, scope.Id);
    }
}
