namespace Pharos.Server.Alerting.Api;

/// <summary>A request that Alertmanager's API cannot answer as asked; becomes its status with the message as a JSON string.</summary>
sealed class ApiRefusalException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    public static ApiRefusalException Bad(string message) => new(StatusCodes.Status400BadRequest, message);
}
