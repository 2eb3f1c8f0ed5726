namespace Kioto;

/// <summary>A closure for the blocking pool.</summary>
internal interface IBlockingWork
{
    /// <summary>Where its pool has queued it, for who wants to take it back. Written under the pool's lock.</summary>
    int Place
    {
        get => -1;
        set { }
    }

    /// <summary>Which of the runtime's pools has it. Written before it is queued there; the default one's is 0.</summary>
    int Pool
    {
        get => 0;
        set { }
    }

    /// <summary>Runs it, or completes it as aborted if that was asked for while it was queued. Never throws.</summary>
    void Run();

    /// <summary>Completes it as aborted: it will not run.</summary>
    void Refuse();

    /// <summary>Completes it as failed: it will not run, and nobody can be told but who waits for it.</summary>
    /// <param name="failure">Why.</param>
    void Fail(System.Exception failure) => Refuse();
}
