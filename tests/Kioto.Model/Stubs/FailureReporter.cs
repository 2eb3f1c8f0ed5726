using System;

namespace Kioto;

/// <summary>Nothing fails in a model. Loosely typed: planted bugs have copies of the types.</summary>
internal static class FailureReporter
{
    internal static void Report(Exception failure, object? task, object policy) => throw failure;
}
