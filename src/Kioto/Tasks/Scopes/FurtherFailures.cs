using System;
using System.Collections.Generic;

namespace Kioto;

/// <summary>Failures that came after the one that a scope throws: attached to it, and reported.</summary>
internal static class FurtherFailures
{
    private const string Key = "Kioto.TaskScope.FurtherFailures";

    /// <summary>Attaches all but the first to the first, and reports them: who logs an exception does not see what is attached.</summary>
    /// <param name="failures">One or more.</param>
    /// <param name="policy">What the scope says about those that are reported; null leaves it to the runtime.</param>
    internal static void Attach(List<ScopeFailure> failures, FailurePolicy? policy)
    {
        if (failures.Count == 1)
        {
            return;
        }

        Exception[] further = new Exception[failures.Count - 1];
        for (int i = 0; i < further.Length; i++)
        {
            ScopeFailure failure = failures[i + 1];
            further[i] = failure.Error.SourceException;
            if (failure.Task is { } task)
            {
                task.Report(further[i]);
            }
            else
            {
                LostFailure.Report(further[i], Ambient.Current, policy);
            }
        }

        try
        {
            failures[0].Error.SourceException.Data[Key] = further;
        }
        catch (Exception exception) when (exception is NotSupportedException or ArgumentException or NullReferenceException)
        {
            // An exception class with a Data of its own that takes nothing. They have been reported.
        }
    }

    internal static IReadOnlyList<Exception> Of(Exception exception) => exception.Data[Key] as Exception[] ?? [];
}
