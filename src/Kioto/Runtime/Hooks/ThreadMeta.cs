namespace Kioto;

/// <summary>What a hook is told about a thread of a runtime.</summary>
public readonly struct ThreadMeta
{
    private readonly int _index;

    /// <summary>Describes a thread.</summary>
    /// <param name="runtime">Its runtime.</param>
    /// <param name="index">The worker's index, or -1.</param>
    internal ThreadMeta(RuntimeHandle runtime, int index)
    {
        Runtime = runtime;
        _index = index + 1; // So that the default value is no worker.
    }

    /// <summary>The runtime that the thread works for.</summary>
    public RuntimeHandle Runtime { get; }

    /// <summary>The worker's index, from 0; null for a thread of the blocking pool.</summary>
    public int? WorkerIndex => _index == 0 ? null : _index - 1;

    /// <summary>Whether the thread polls tasks; else it runs blocking closures.</summary>
    public bool IsWorker => _index != 0;
}
