namespace Pharos.AspNetCore.Tracing;

/// <summary>How spans travel.</summary>
public enum OtlpProtocol
{
    /// <summary>gRPC over HTTP/2, usually port 4317.</summary>
    Grpc,

    /// <summary>Protobuf over HTTP/1.1, usually port 4318; the path <c>/v1/traces</c> is added to an address without one.</summary>
    HttpProtobuf,
}
