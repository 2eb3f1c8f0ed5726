using System;

namespace Kioto.Tests;

/// <summary>Assertions on futures.</summary>
internal static class Expect
{
    internal static async Future<T> Throws<T>(Func<Future> body)
        where T : Exception
    {
        try
        {
            await body();
        }
        catch (T exception)
        {
            return exception;
        }

        throw new Xunit.Sdk.XunitException($"Nothing threw {typeof(T).Name}.");
    }

    /// <summary>Lets other tasks run until the condition holds; a hang is the test's time limit's business.</summary>
    internal static async Future Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Kio.YieldNow();
        }
    }
}
