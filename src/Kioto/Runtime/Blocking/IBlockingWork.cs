namespace Kioto;

/// <summary>A closure for the blocking pool.</summary>
internal interface IBlockingWork
{
    /// <summary>Runs it, or completes it as aborted if that was asked for while it was queued. Never throws.</summary>
    void Run();

    /// <summary>Completes it as aborted: it will not run.</summary>
    void Refuse();
}
