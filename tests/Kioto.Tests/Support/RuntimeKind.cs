namespace Kioto.Tests;

/// <summary>The schedulers that every guarantee of tasks is tested on.</summary>
public enum RuntimeKind
{
    CurrentThread,
    OneWorker,
    TwoWorkers,
    FourWorkers,
    PerCore,
}
