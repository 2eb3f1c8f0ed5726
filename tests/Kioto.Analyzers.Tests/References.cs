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

    internal static readonly ImmutableArray<MetadataReference> All =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name
                && (name.StartsWith("System.", StringComparison.Ordinal) || name is "Kioto.dll" or "netstandard.dll"))
            .Select(path => MetadataReference.CreateFromFile(path))];
}
