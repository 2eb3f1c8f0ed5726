namespace Kioto.Analyzers.Tests;

/// <summary>Puts members into a file that compiles.</summary>
internal static class Source
{
    /// <summary>What of Kioto's surface the analyzers know by name, and Kioto itself doesn't have yet.</summary>
    internal const string Stubs = """
        using System;
        using System.Threading;

        namespace Kioto
        {
            public sealed class NotCancelSafeAttribute : Attribute;

            public sealed class CancelSafeAttribute : Attribute;

            public readonly struct Arm<T>;

            public readonly struct Pinned<T>
            {
                public Pinned(Future<T> future) { }
            }

            public static class Arms
            {
                public static Arm<T> When<T>(this Future<T> future, bool condition) => default;

                public static Future<T> Timeout<T>(this Future<T> future, TimeSpan time) => future;
            }

            public static class Kio
            {
                public static CancellationToken CancellationToken => default;

                public static Future Sleep(TimeSpan time) => default;

                public static Future YieldNow() => default;

                public static void Detach(Future future) { }

                public static JoinHandle Spawn(Future future) => default;

                public static JoinHandle<T> Spawn<T>(Future<T> future) => default;

                public static JoinHandle Spawn(Func<Future> future) => default;

                public static JoinHandle SpawnBlocking(Action closure) => default;

                public static Future<int> Select<T1, T2>(T1 first, T2 second) => default;

                public static Future<int> SelectBiased<T1, T2>(T1 first, T2 second) => default;

                public static Future<int> Select<T>(params ReadOnlySpan<T> arms) => default;
            }
        }
        """;

    internal static string Of(string members) =>
        $$"""
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Net.Http;
        using System.Threading;
        using System.Threading.Tasks;
        using Kioto;
        using Kioto.Net;

        public class C
        {
        {{members}}
        }
        """;
}
