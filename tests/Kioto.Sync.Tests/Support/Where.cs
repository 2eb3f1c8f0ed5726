namespace Kioto.SyncTests;

/// <summary>Where futures of locks and channels must work.</summary>
public enum Where
{
    MultiThread,
    OneWorker,
    CurrentThread,
    LocalSet,
    PerCore,

    /// <summary>Awaited by async Task code: on the .NET thread pool.</summary>
    NoRuntime,
}
