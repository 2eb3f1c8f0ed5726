using System;

namespace Kioto;

/// <content>On which processors the runtime's threads run.</content>
public sealed partial class RuntimeBuilder
{
    private bool _pinWorkers;
    private Func<int, CpuSet>? _workerAffinity;
    private CpuSet? _blockingAffinity;

    /// <summary>
    /// Pins each worker to a processor of its own: the first to the first of <see cref="CpuSet.Allowed"/>, and so on,
    /// from the front again when there are more workers. On other systems than Linux it does nothing.
    /// </summary>
    /// <returns>This builder.</returns>
    public RuntimeBuilder PinWorkers()
    {
        _pinWorkers = true;
        return this;
    }

    /// <summary>Keeps each worker on some processors. On other systems than Linux it does nothing.</summary>
    /// <remarks>
    /// Threads of the blocking pool may run anywhere all the same, unless <see cref="BlockingAffinity"/> says otherwise.
    /// Numbers that the process may not use (<see cref="CpuSet.Allowed"/>) are left out.
    /// </remarks>
    /// <param name="affinity">Gives a worker's processors by its index. Called in Build.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder WorkerAffinity(Func<int, CpuSet> affinity)
    {
        ArgumentNullException.ThrowIfNull(affinity, nameof(WorkerAffinity));
        _workerAffinity = affinity;
        return this;
    }

    /// <summary>Keeps the threads of the blocking pool on some processors. On other systems than Linux it does nothing.</summary>
    /// <param name="cpus">The processors. Default: those of <see cref="CpuSet.Allowed"/>.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder BlockingAffinity(CpuSet cpus)
    {
        ArgumentNullException.ThrowIfNull(cpus, nameof(BlockingAffinity));
        _blockingAffinity = cpus;
        return this;
    }

    private static CpuSet Usable(CpuSet cpus, string knob)
    {
        if (!ThreadAffinity.IsSupported)
        {
            return cpus;
        }

        CpuSet allowed = CpuSet.Allowed;
        return cpus.And(allowed) ?? throw new InvalidOperationException(
            $"{knob}: the process may use none of the processors {cpus}, only {allowed} (CpuSet.Allowed).");
    }

    private CpuSet[]? WorkerCpus(int workers)
    {
        if (!_pinWorkers && _workerAffinity is null)
        {
            return null;
        }

        int[] allowed = [.. CpuSet.Allowed];
        CpuSet[] cpus = new CpuSet[workers];
        for (int i = 0; i < workers; i++)
        {
            cpus[i] = _workerAffinity is null
                ? CpuSet.Of(allowed[i % allowed.Length])
                : Usable(
                    _workerAffinity(i) ?? throw new InvalidOperationException($"WorkerAffinity gave null for worker {i}."),
                    $"WorkerAffinity({i})");
        }

        return cpus;
    }
}
