namespace Kioto.Hosting;

/// <summary>A task that was found stuck, and when.</summary>
/// <param name="Report">The watchdog's report.</param>
/// <param name="Millis">When, by the ticks of the system.</param>
internal sealed record LatestStuck(StuckTaskReport Report, long Millis);
