namespace Kioto;

/// <content>What is measured beyond what costs nothing.</content>
public sealed partial class RuntimeBuilder
{
    private HistogramConfiguration? _pollTimes;
    private HistogramConfiguration? _latencies;
    private bool _taskMetrics;

    /// <summary>
    /// Keeps a histogram of how long polls take: <see cref="RuntimeMetrics.PollTimeHistogram"/>. As Tokio's
    /// <c>enable_metrics_poll_time_histogram</c>.
    /// </summary>
    /// <remarks>It costs two looks at the clock a poll, some 50 ns.</remarks>
    /// <param name="buckets">The buckets. Default: <see cref="HistogramConfiguration.Default"/>.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder PollTimeHistogram(HistogramConfiguration? buckets = null)
    {
        _pollTimes = buckets ?? HistogramConfiguration.Default;
        return this;
    }

    /// <summary>
    /// Keeps a histogram of how long tasks wait between being ready and being polled:
    /// <see cref="RuntimeMetrics.ScheduleLatencyHistogram"/>, and <see cref="TaskMeta.ScheduleLatency"/> in hooks. As
    /// Tokio's <c>enable_metrics_schedule_latency_histogram</c>.
    /// </summary>
    /// <remarks>It costs a look at the clock a wake and two a poll, and some 200 bytes a task.</remarks>
    /// <param name="buckets">The buckets. Default: <see cref="HistogramConfiguration.Default"/>.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder ScheduleLatencyHistogram(HistogramConfiguration? buckets = null)
    {
        _latencies = buckets ?? HistogramConfiguration.Default;
        return this;
    }

    /// <summary>
    /// Measures each task: <c>JoinHandle.Metrics</c>, <see cref="TaskMeta.Metrics"/> in hooks, and, by where tasks were
    /// spawned, <see cref="RuntimeMetrics.SpawnSites"/>. Dumps then know how long tasks have waited
    /// (<see cref="WaitDump.AtLeast"/>).
    /// </summary>
    /// <remarks>It costs a look at the clock a wake and two a poll, and some 200 bytes a task.</remarks>
    /// <param name="enabled">Whether it does. Default: false.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder TaskMetrics(bool enabled = true)
    {
        _taskMetrics = enabled;
        return this;
    }
}
