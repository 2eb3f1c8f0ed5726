using System;
using System.CommandLine;
using System.Globalization;
using System.IO;

namespace Kioto.Tool.Commands;

/// <summary>Options with a range, and a clear word for what lies outside of it.</summary>
internal static class Arguments
{
    public static Option<int> Int(string name, string description, string helpName, int least, int most)
    {
        Option<int> option = new(name) { Description = $"{description} {least} to {most}.", HelpName = helpName };
        option.CustomParser = argument =>
        {
            string text = argument.Tokens[0].Value;
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
                || value < least || value > most)
            {
                argument.AddError($"{name}: \"{text}\" is not a number from {least} to {most}.");
            }

            return value;
        };
        return option;
    }

    public static Option<double> Seconds(string name, string description)
    {
        Option<double> option = new(name) { Description = description, HelpName = "S" };
        option.CustomParser = argument =>
        {
            string text = argument.Tokens[0].Value;
            if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
                || value is not (> 0 and <= 86400))
            {
                argument.AddError($"{name}: \"{text}\" is not a number of seconds, more than 0 and at most 86400.");
            }

            return value;
        };
        return option;
    }

    /// <summary>Tries to open a file that is to be written later; one that did not exist does not exist after it either.</summary>
    /// <param name="name">The option.</param>
    /// <param name="file">The file, or null.</param>
    /// <returns>Null, or what to tell the user.</returns>
    public static string? WhyNotWritable(string name, FileInfo? file)
    {
        if (file is null)
        {
            return null;
        }

        try
        {
            bool existed = file.Exists;
            file.Open(FileMode.OpenOrCreate, FileAccess.Write).Dispose();
            if (!existed)
            {
                file.Delete();
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return $"{name}: \"{file.FullName}\" can't be written: {e.Message}";
        }
    }

    public static Option<T> Default<T>(this Option<T> option, T value)
    {
        option.DefaultValueFactory = _ => value;
        return option;
    }

    public static Option<T> Require<T>(this Option<T> option)
    {
        option.Required = true;
        return option;
    }

    public static Option<int> Port(int least) => Int("--port", "The TCP port on this machine.", "P", least, 65535).Require();

    public static Argument<string> Protocol() =>
        new Argument<string>("protocol") { Description = "What is spoken." }.AcceptOnlyFromAmong("echo", "http");

    public static Option<bool> Json() => new("--json") { Description = "Print JSON, for machines." };
}
