namespace Kioto.Analyzers.Tests;

/// <summary>Puts members into a file that compiles.</summary>
internal static class Source
{
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
        using Microsoft.AspNetCore.Builder;

        public class C
        {
        {{members}}
        }
        """;
}
