using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;

namespace Kioto.Streams;

/// <summary>Ends several enumerations, all of them, even if one fails to.</summary>
internal static class Cleanup
{
    /// <summary>Disposes of all readers, and throws the first failure afterwards.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="readers">The readers; none of them makes a step.</param>
    /// <returns>The future to await.</returns>
    internal static async Future DisposeAll<T>(IEnumerable<SourceReader<T>> readers)
    {
        ExceptionDispatchInfo? failure = null;
        foreach (SourceReader<T> reader in readers)
        {
            try
            {
                await reader.DisposeAsync();
            }
            catch (Exception exception)
            {
                failure ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        failure?.Throw();
    }

    /// <summary>Cleans up after a failure that is to be thrown: what fails meanwhile is reported.</summary>
    /// <param name="cleanup">The cleanup. Being cancelled in it is not a failure, and passes.</param>
    /// <returns>The future to await.</returns>
    internal static async Future AfterFailure(Future cleanup)
    {
        try
        {
            await cleanup;
        }
        catch (Exception exception) when (exception is not FutureCancelledException)
        {
            LostFailure.Report(exception, Ambient.Current);
        }
    }
}
