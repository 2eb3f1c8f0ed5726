using System;
using Xunit;

namespace Kioto.Net.Tests;

/// <summary>Awaits futures that must fail.</summary>
internal static class Expect
{
    /// <summary>Fails unless the future throws exactly this type.</summary>
    internal static async Future<TException> Throws<TException>(Func<Future> body)
        where TException : Exception
    {
        try
        {
            await body();
        }
        catch (Exception exception)
        {
            return Assert.IsType<TException>(exception);
        }

        throw new InvalidOperationException($"Expected {typeof(TException).Name}, but nothing was thrown.");
    }

    internal static Future<TException> Throws<TException, T>(Future<T> future)
        where TException : Exception => Throws<TException>(async () => await future);

    internal static Future<TException> Throws<TException>(Future future)
        where TException : Exception => Throws<TException>(async () => await future);
}
