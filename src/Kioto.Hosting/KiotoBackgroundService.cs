using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kioto.Hosting;

/// <summary>A hosted service whose work is a future on the runtime.</summary>
/// <remarks>
/// A <see cref="BackgroundService"/> to the host: a failure is logged, and stops the application or not as
/// <c>HostOptions.BackgroundServiceExceptionBehavior</c> says.
/// <para>When the host stops, the token is cancelled; if the future still runs <see cref="StopGrace"/> later, or when the
/// host loses its patience, it is cancelled as any future is: its <c>finally</c> blocks run, and may await.</para>
/// </remarks>
public abstract class KiotoBackgroundService : BackgroundService
{
    // The longest time that a timer of .NET takes; about 49 days.
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly Runtime _runtime;
    private readonly Lock _lock = new();

    // INVARIANT: under the lock.
    private JoinHandle _running;
    private bool _hasBegun;

    /// <summary>Makes the service.</summary>
    /// <param name="runtime">The runtime to run on: that of <c>AddKioto</c>, which the constructor of a derived class asks for.</param>
    protected KiotoBackgroundService(Runtime runtime)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        _runtime = runtime;
    }

    /// <summary>Makes the service, on the runtime among the application's services.</summary>
    /// <param name="services">The application's services, which the constructor of a derived class asks for.</param>
    /// <exception cref="InvalidOperationException">There is no runtime among them.</exception>
    protected KiotoBackgroundService(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        _runtime = services.GetService<Runtime>() ?? throw new InvalidOperationException(
            $"{GetType().Name}: there is no Runtime among the application's services. Call services.AddKioto(), or register " +
            "a Runtime of your own.");
    }

    /// <summary>
    /// How long the future may go on after the token has been cancelled, before it is cancelled itself. Default: 5 s.
    /// Zero or less for at once: right for work that does not look at the token. <see cref="Timeout.InfiniteTimeSpan"/>,
    /// or more than a timer takes (49 days), for as long as the host's patience lasts (<c>HostOptions.ShutdownTimeout</c>).
    /// </summary>
    /// <remarks>
    /// The host stops its services one after another, each with a grace of its own, unless
    /// <c>HostOptions.ServicesStopConcurrently</c> is set. On the runtime of <c>AddKioto</c> a grace that ends leaves
    /// <c>KiotoOptions.ShutdownKill</c> of the host's time, or half of what is left of it: the services that come later get
    /// some too, and all of them time to clean up.
    /// </remarks>
    protected virtual TimeSpan StopGrace => TimeSpan.FromSeconds(5);

    /// <summary>The work. Begins on a worker when the host starts.</summary>
    /// <param name="stoppingToken">Cancelled when the host stops.</param>
    /// <returns>A future that ends when the work does.</returns>
    protected abstract Future RunAsync(CancellationToken stoppingToken);

    /// <summary>Runs <see cref="RunAsync"/> on the runtime.</summary>
    /// <param name="stoppingToken">Cancelled when the host stops.</param>
    /// <returns>Completes when the future has ended.</returns>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        JoinHandle running;
        lock (_lock)
        {
            // Abort comes after the token is cancelled. A start after it has a token of its own.
            stoppingToken.ThrowIfCancellationRequested();
            running = _running = _runtime.Spawn(() => RunAsync(stoppingToken));
            _hasBegun = true;
        }

        try
        {
            await running.AsFuture().AsTask().ConfigureAwait(false);
        }
        catch (TaskAbortedException exception) when (stoppingToken.IsCancellationRequested)
        {
            // In the host's words: it was told to stop, and has.
            throw new OperationCanceledException("The service was stopped.", exception, stoppingToken);
        }
    }

    /// <summary>Cancels the token, and after <see cref="StopGrace"/> the future; waits until it has cleaned up.</summary>
    /// <param name="cancellationToken">Cancelled when the host loses its patience.</param>
    /// <returns>Completes when the service has ended, or the host has lost its patience.</returns>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        Task stopping = base.StopAsync(cancellationToken);
        TimeSpan grace = Bounded(StopGrace, RuntimeLifetime.MostGrace(_runtime));
        if ((grace > TimeSpan.Zero || grace == Timeout.InfiniteTimeSpan) && !stopping.IsCompleted)
        {
            TimeSpan wait = grace > s_longestTimer ? Timeout.InfiniteTimeSpan : grace;
            using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(stopping, Task.Delay(wait, ended.Token)).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false); // The timer is of no use any more.
        }

        Abort();
        await stopping.ConfigureAwait(false);
    }

    /// <summary>The grace that there is time for: services that stop one after another must not use up the host's.</summary>
    /// <param name="grace">What the service asks for.</param>
    /// <param name="most">What the host's time allows; null if that is not known.</param>
    /// <returns>What it gets.</returns>
    internal static TimeSpan Bounded(TimeSpan grace, TimeSpan? most) => grace > most && grace <= s_longestTimer ? most.Value : grace;

    private void Abort()
    {
        lock (_lock)
        {
            if (_hasBegun)
            {
                _running.Abort();
            }
        }
    }
}
