namespace Kioto.Tool.Bench;

/// <summary>What one repetition of a benchmark came to.</summary>
/// <param name="Ops">Operations really done: what the rest is divided by.</param>
/// <param name="Nanos">Wall time.</param>
/// <param name="CpuNanos">CPU time of the whole process over the same interval.</param>
/// <param name="Bytes">Bytes allocated on the managed heap; null where there is none.</param>
/// <param name="Latency">For a server: what its client saw.</param>
internal sealed record Sample(long Ops, long Nanos, long CpuNanos, long? Bytes, Latency? Latency = null);
