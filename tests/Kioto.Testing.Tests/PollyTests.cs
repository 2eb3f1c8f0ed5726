using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Kioto.Testing.Tests;

/// <summary>Polly's strategies on a runtime's clock: a library that takes a TimeProvider.</summary>
public sealed class PollyTests
{
    [KiotoTheory(StartPaused = true)]
    [InlineData(false)]
    [InlineData(true)]
    public async Future Its_retries_wait_on_the_paused_clock(bool suspends)
    {
        RuntimeHandle runtime = RuntimeHandle.Current;
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder { TimeProvider = runtime.TimeProvider }
            .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 3, Delay = TimeSpan.FromMinutes(1), BackoffType = DelayBackoffType.Constant })
            .Build();
        Instant start = Instant.Now;
        List<TimeSpan> tries = [];
        async ValueTask Try()
        {
            if (suspends)
            {
                await Kio.YieldNow();
            }

            tries.Add(start.Elapsed);
            if (tries.Count < 4)
            {
                throw new IOException("once more");
            }
        }

        // Where what it calls has suspended, it goes on on the thread pool unless it is told to keep the context.
        JoinHandle work = Kio.Spawn(async Task () => await pipeline.ExecuteAsync(_ => Try(), ResilienceContextPool.Shared.Get(suspends)));
        await runtime.Clock.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(3, tries.Count);
        Assert.False(work.IsFinished);
        await runtime.Clock.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.True(work.IsFinished);
        await work;
        Assert.Equal([TimeSpan.Zero, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3)], tries);
    }

    [KiotoFact(StartPaused = true)]
    public async Future Its_time_limit_is_reached_on_the_paused_clock()
    {
        RuntimeHandle runtime = RuntimeHandle.Current;
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder { TimeProvider = runtime.TimeProvider }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = TimeSpan.FromSeconds(30) })
            .Build();
        JoinHandle work = Kio.Spawn(async Task () => await pipeline.ExecuteAsync(
            static async context => await Kio.Sleep(Timeout.InfiniteTimeSpan).WithCancellation(context.CancellationToken),
            ResilienceContextPool.Shared.Get(continueOnCapturedContext: true)));
        await runtime.Clock.AdvanceAsync(TimeSpan.FromSeconds(29));
        Assert.False(work.IsFinished);
        await runtime.Clock.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.True(work.IsFinished);
        Assert.IsType<TimeoutRejectedException>((await work.JoinAsync()).Exception);
    }
}
