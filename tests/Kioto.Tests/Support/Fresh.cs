using System;
using System.IO;
using System.Reflection;
using System.Runtime.Loader;

namespace Kioto.Tests;

/// <summary>Runs a static test body against copies of Kioto and of these tests that nothing has used yet.</summary>
internal static class Fresh
{
    internal static void Run(Action body)
    {
        Assembly tests = typeof(Fresh).Assembly;
        string folder = Path.GetDirectoryName(tests.Location)!;
        AssemblyLoadContext context = new("fresh");
        context.LoadFromAssemblyPath(Path.Combine(folder, "Kioto.dll"));
        Type type = context.LoadFromAssemblyPath(tests.Location).GetType(body.Method.DeclaringType!.FullName!)!;
        MethodInfo method = type.GetMethod(body.Method.Name, BindingFlags.Static | BindingFlags.NonPublic)!;
        method.CreateDelegate<Action>()();
    }
}
