using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;

namespace Kioto;

/// <summary>Failures that came after the one that a scope throws: attached to it, and reported.</summary>
internal static class FurtherFailures
{
    private const string Key = "Kioto.TaskScope.FurtherFailures";

    /// <summary>Attaches all but the first to the first, and reports them: who logs an exception does not see what is attached.</summary>
    /// <param name="failures">One or more.</param>
    internal static void Attach(List<ExceptionDispatchInfo> failures)
    {
        if (failures.Count == 1)
        {
            return;
        }

        Exception[] further = new Exception[failures.Count - 1];
        for (int i = 0; i < further.Length; i++)
        {
            further[i] = failures[i + 1].SourceException;
            LostFailure.Report(further[i], Ambient.Current);
        }

        try
        {
            failures[0].SourceException.Data[Key] = further;
        }
        catch (Exception exception) when (exception is NotSupportedException or ArgumentException or NullReferenceException)
        {
            // An exception class with a Data of its own that takes nothing. They have been reported.
        }
    }

    internal static IReadOnlyList<Exception> Of(Exception exception) => exception.Data[Key] as Exception[] ?? [];
}
