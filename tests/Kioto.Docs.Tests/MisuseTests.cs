using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Kioto.Docs.Tests;

/// <summary>Calls that would silently mean something else do not compile, and the message names the remedy.</summary>
public sealed class MisuseTests
{
    [Theory]
    [InlineData("Kio.SpawnBlocking(async () => await Task.Delay(1));")]
    [InlineData("Kio.SpawnBlocking(async () => { await Task.Delay(1); return 1; });")]
    [InlineData("Kio.SpawnBlocking(() => Task.FromResult(1));")]
    [InlineData("Func<Task> body = async () => await Task.Delay(1); Kio.SpawnBlocking(body);")]
    [InlineData("RuntimeHandle.Current.SpawnBlocking(async () => await Task.Delay(1));")]
    [InlineData("using var runtime = Runtime.CreateBuilder().Build(); runtime.SpawnBlocking(async () => await Task.Delay(1));")]
    [InlineData("Kio.SpawnBlockingAsync(async () => await Task.Delay(1));")]
    [InlineData("RuntimeHandle.Current.SpawnBlockingAsync(async () => await Task.Delay(1));")]
    [InlineData("using var runtime = Runtime.CreateBuilder().Build(); runtime.SpawnBlockingAsync(async () => await Task.Delay(1));")]
    [InlineData("Kio.BlockingPool(\"cpu\").Spawn(async () => await Task.Delay(1));")]
    [InlineData("Kio.BlockingPool(\"cpu\").SpawnAsync(async () => await Task.Delay(1));")]
    [InlineData("Kio.SpawnBlocking(async token => await Task.Delay(1, token));")]
    [InlineData("RuntimeHandle.Current.SpawnBlocking(async token => await Task.Delay(1, token));")]
    [InlineData("using var runtime = Runtime.CreateBuilder().Build(); runtime.SpawnBlocking(async token => await Task.Delay(1, token));")]
    [InlineData("using var local = Runtime.CreateCurrentThreadBuilder().BuildLocal(); local.SpawnBlocking(async token => await Task.Delay(1, token));")]
    [InlineData("using var local = Runtime.CreateCurrentThreadBuilder().BuildLocal(); local.SpawnBlocking(async token => { await Task.Delay(1, token); return 5; });")]
    [InlineData("Kio.Named(\"a\").SpawnBlocking(async token => await Task.Delay(1, token));")]
    [InlineData("Kio.SpawnBlockingAsync(async token => await Task.Delay(1, token));")]
    [InlineData("RuntimeHandle.Current.SpawnBlockingAsync(async token => await Task.Delay(1, token));")]
    [InlineData("using var runtime = Runtime.CreateBuilder().Build(); runtime.SpawnBlockingAsync(async token => await Task.Delay(1, token));")]
    [InlineData("Kio.BlockingPool(\"cpu\").Spawn(async token => await Task.Delay(1, token));")]
    [InlineData("Kio.BlockingPool(\"cpu\").Spawn(async () => await Task.Delay(1), \"name\");")]
    [InlineData("Kio.BlockingPool(\"cpu\").SpawnAsync(async token => { await Task.Delay(1, token); return 5; });")]
    [InlineData("await using var set = new JoinSet(); set.SpawnBlocking(async token => await Task.Delay(1, token));")]
    [InlineData("await using var scope = TaskScope.Open(); scope.SpawnBlocking(async token => { await Task.Delay(1, token); return 5; });")]
    [InlineData("static async Task Method() { await Task.Delay(1); } Kio.SpawnBlocking(Method);")]
    public void TaskBasedCodeIsNoBlockingClosure(string code)
    {
        IEnumerable<Diagnostic> errors = SnippetTests.Errors(SnippetTests.Wrap(code));

        Diagnostic error = Assert.Single(errors);
        Assert.Equal("CS0619", error.Id);
        Assert.Contains("for Task-based code", error.GetMessage(), System.StringComparison.Ordinal);
    }

    [Fact]
    public void WhatMayOnlyThrowIsOne() =>
        Assert.Empty(SnippetTests.Errors(SnippetTests.Wrap("await Kio.SpawnBlocking(() => throw new Exception());")).ToList());
}
