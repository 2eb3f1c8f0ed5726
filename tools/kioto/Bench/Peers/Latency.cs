namespace Kioto.Tool.Bench;

/// <summary>What a load generator saw of a server.</summary>
/// <param name="Rate">Messages per second.</param>
/// <param name="P50Micros">Half of the messages were back in this time.</param>
/// <param name="P99Micros">99 of 100 were.</param>
internal sealed record Latency(double Rate, double P50Micros, double P99Micros);
