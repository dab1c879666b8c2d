using Pharos.AspNetCore.Database;

namespace Pharos.Tests.AspNetCore.Database;

public sealed class StatementTests
{
    [Theory]
    [InlineData("select 1", "select")]
    [InlineData("  \n\tINSERT into t values (1)", "insert")]
    [InlineData("-- update\n/* delete /* nested */ */ Update t set a = 1", "update")]
    [InlineData("(((select 1)))", "select")]
    [InlineData("; delete from t", "delete")]
    [InlineData("with a as (select 1), b as (delete from x returning *) insert into t select * from a", "insert")]
    [InlineData("WITH RECURSIVE a AS (SELECT 1) SELECT * FROM a", "select")]
    [InlineData("with a as (select 1)", "other")]
    [InlineData("begin; select 1", "other")]
    [InlineData("explain select 1", "other")]
    [InlineData("pragma journal_mode = wal", "other")]
    [InlineData("'select'", "other")]
    [InlineData("selection", "other")]
    [InlineData("", "other")]
    [InlineData(null, "other")]
    [InlineData("/* never ends", "other")]
    [InlineData(")))) select 1", "select")]
    public void The_kind_is_the_first_word_that_does_something(string? sql, string kind) => Assert.Equal(kind, Statement.KindOf(sql));

    [Theory]
    [InlineData("select * from users where name = 'O''Brien' and age > 42", "select * from users where name = ? and age > ?")]
    [InlineData("select E'it\\'s secret', N'x', X'ff', U&'d\\0061t' , b'01'", "select ?, ?, ?, ? , ?")]
    [InlineData("select $$secret$$, $a$ $$ secret $a$, $1, :p, @p", "select ?, ?, $1, :p, @p")]
    [InlineData("select -1.5e+10, .5, 0xFF, 1_000 from t1", "select -?, ?, ?, ? from t1")]
    [InlineData("select 1 -- secret\n, 2 /* secret */ , 3", "select ? , ? , ?")]
    [InlineData("select\n\t a  ,\r\n b", "select a , b")]
    [InlineData("select \"Name\", `t`, [x y] from \"T\"", "select \"Name\", `t`, [x y] from \"T\"")]
    [InlineData("select array[1,2]", "select array[?,?]")]
    [InlineData("insert into t values ('never ends", "insert into t values (?")]
    [InlineData("insert into t values ($$never ends", "insert into t values (?")]
    [InlineData("insert into t values ('a\\', 'b')", "insert into t values (?, ?)")]
    [InlineData(null, "")]
    public void Literals_and_comments_are_left_out(string? sql, string expected) => Assert.Equal(expected, Statement.Clean(sql, 500));

    [Fact]
    public void In_MySQL_double_quotes_hold_text() => Assert.Equal("select ? from t where a = ? ", Statement.Clean("select \"sec\\\"ret\" from t where a = 'x\\'y' ", 500, isDoubleQuotedText: true) + " ");

    [Theory]
    [InlineData(20, "select aaaaaaaaaaaa…")]
    [InlineData(60, "select aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa from t")]
    public void Long_statements_are_cut(int length, string expected) => Assert.Equal(expected, Statement.Clean($"select {new string('a', 45)} from t", length));

    [Fact]
    public void No_text_of_a_literal_survives_however_the_statement_is_made()
    {
        var random = new Random(4_711);
        string[] pieces = ["select ", "'secret'", "E'secret\\''", "$$secret$$", "$t$secret$t$", "/*secret*/", "--secret\n", "N'secret''s'", " a.b ", ",", "(", ")", "\"x\"", "12", "$1", "x'secret'", "''", "=", "[c]", "::text"];
        for (var i = 0; i < 5_000; i++)
        {
            var sql = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)] + " "));
            Assert.DoesNotContain("secret", Statement.Clean(sql, 1_000), StringComparison.Ordinal);
            for (var cut = 0; cut < sql.Length; cut += 7) _ = Statement.Clean(sql[cut..], 1_000); // Any text at all comes to an end.
        }
    }
}
