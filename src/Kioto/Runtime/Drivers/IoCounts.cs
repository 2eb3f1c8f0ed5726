namespace Kioto;

/// <summary>What a driver has counted since it began.</summary>
/// <param name="Registered">Descriptors that were registered.</param>
/// <param name="Deregistered">Those of them that were taken off again.</param>
/// <param name="Ready">Events of descriptors.</param>
internal readonly record struct IoCounts(long Registered, long Deregistered, long Ready);
