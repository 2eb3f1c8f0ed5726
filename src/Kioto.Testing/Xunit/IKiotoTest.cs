namespace Kioto.Testing;

/// <summary>What the attributes of Kioto tests say about the runtime.</summary>
internal interface IKiotoTest
{
    RuntimeFlavor Flavor { get; }

    int WorkerThreads { get; }

    bool StartPaused { get; }

    bool AllowLeakedTasks { get; }
}
