using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace Kioto.Analyzers.Tests;

/// <summary>What the code under analysis is compiled against: what these tests run on. Nothing is downloaded.</summary>
internal static class References
{
    internal static readonly ReferenceAssemblies None = new("net10.0");

    /// <summary>Few: each test makes its compilations anew.</summary>
    private static readonly string[] s_names =
    [
        "Kioto", "System.Private.CoreLib", "System.Private.Uri", "System.Runtime", "System.Collections", "System.Console",
        "System.Linq", "System.Memory", "System.Threading.Channels", "System.Net.Http", "System.Net.Primitives", "System.Net.Sockets", "System.Threading",
        "Microsoft.AspNetCore", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Http.Abstractions",
        "Microsoft.Extensions.Hosting.Abstractions",
    ];

    internal static readonly ImmutableArray<MetadataReference> All =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => s_names.Contains(Path.GetFileNameWithoutExtension(path)))
            .Select(path => MetadataReference.CreateFromFile(path))];
}
