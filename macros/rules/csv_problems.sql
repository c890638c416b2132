{#- What is wrong with the text of a CSV file, as a list of [line, sentence].
    `table`: the rule table. -#}
{%- macro csv_problems(text, table, delimiter) -%}
    {%- set columns = lead_scoring.rule_table_columns(table) -%}
    {%- if '\0' in text -%}
        {{- return([['', "is no CSV file in UTF-8; save it as one"]]) -}}
    {%- elif not text.removeprefix('\ufeff') | trim -%}
        {{- return([['', "is empty; line 1 must be "
            ~ columns | join(delimiter)]]) -}}
    {%- endif -%}
    {%- set lines = text.removeprefix('\ufeff').replace('\r\n', '\n')
        .replace('\r', '\n').split('\n') -%}
    {%- set names = lead_scoring.csv_cells(lines[0], delimiter) -%}
    {%- set problems = lead_scoring.csv_header_problems(
        names, columns, delimiter
    ) -%}
    {%- if problems -%}
        {{- return(problems) -}}
    {%- endif -%}
    {%- for name in names if name not in columns -%}
        {%- do exceptions.warn(
            "- " ~ table ~ ".csv, line 1: nothing reads the column '" ~ name
            ~ "'; take it out, or leave it as a note."
        ) -%}
    {%- endfor -%}
    {#- most lines are plainly sound, and cost nothing more than to see that -#}
    {%- set cell = '[^"\x00-\x1f\x7f-\U0010ffff' ~ modules.re.escape(delimiter)
        ~ ']*' -%}
    {%- set plain = modules.re.compile(
        '(?!(?i:.*null))' ~ cell ~ ('(?:' ~ modules.re.escape(delimiter) ~ cell
        ~ '){' ~ (names | length - 1) ~ '}')
    ) -%}
    {%- for line in lines[1:] -%}
        {%- set problem = none if line | length < 131072 and plain.fullmatch(line)
            else lead_scoring.csv_line_problem(line, names | length, delimiter) -%}
        {%- if problem -%}
            {%- do problems.append([
                loop.index + 1,
                problem ~ ". It begins with: "
                ~ modules.re.sub('[\x00-\x1f\x7f]', ' ', line[:30])
            ]) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(problems) -}}
{%- endmacro -%}

{#- The same of its first line, whose cells are `names`. -#}
{%- macro csv_header_problems(names, columns, delimiter) -%}
    {%- if not names or names | length == 1 -%}
        {{- return([[1, "names no columns with '" ~ delimiter ~ "' between them"
            ~ "; it must be " ~ columns | join(delimiter)]]) -}}
    {%- endif -%}
    {%- set missing = columns | reject('in', names) | join(", ") -%}
    {%- set problems = [] -%}
    {%- if missing -%}
        {%- do problems.append([1, "lacks the column" ~ ("s " if ", " in missing
            else " ") ~ missing ~ ". It has: '" ~ names | join("', '") ~ "'"])
        -%}
    {%- endif -%}
    {%- for name in columns if names.count(name) > 1 -%}
        {%- do problems.append([1, "has the column " ~ name ~ " twice"]) -%}
    {%- endfor -%}
    {{- return(problems) -}}
{%- endmacro -%}

{#- What is wrong with one line of a CSV file; empty where nothing is. -#}
{%- macro csv_line_problem(line, width, delimiter) -%}
    {%- set cells = lead_scoring.csv_cells(line, delimiter) -%}
    {%- set count = cells | default([], true) | length -%}
    {%- set counted = "has " ~ count ~ " cell" ~ ("s" if count > 1) ~ " and not "
        ~ width -%}
    {%- set blank = '[\u00a0\u2000-\u200b\u202f\u2060\u3000\ufeff]' -%}
    {%- if cells is none and line.count('"') is odd -%}
        {{- return("opens a quote and does not close it; a cell ends in its line, "
            ~ 'and a quote in a cell is written twice, "a ""b"" c"') -}}
    {%- elif cells is none -%}
        {{- return('has text beside a cell in quotes; a quote in a cell is '
            ~ 'written twice, "a ""b"" c"') -}}
    {%- elif line and count > width -%}
        {{- return(counted ~ '; a text with a comma stands in quotes, "a, b", '
            ~ "and a number has a point, 2.5") -}}
    {%- elif line and count < width -%}
        {{- return(counted ~ "; each cell but the last has a comma behind it, "
            ~ "an empty one too") -}}
    {%- endif -%}
    {%- for cell in cells -%}
        {%- if cell | length > 131072 -%}
            {{- return("has a cell of " ~ cell | length ~ " characters; dbt reads "
                ~ "131072 at most") -}}
        {%- elif modules.re.search('[\x00-\x08\x0b-\x1f\x7f]', cell) -%}
            {{- return("has a control character; delete it") -}}
        {%- elif cell | trim | lower == 'null' -%}
            {{- return("has 'null', which dbt reads as an empty cell; leave it "
                ~ "empty, or write another word") -}}
        {%- elif modules.re.search('^' ~ blank ~ '|' ~ blank ~ '$', cell) -%}
            {{- return("has '" ~ cell ~ "', with a blank at its begin or end "
                ~ "that is no plain space and that nothing equals; delete it") -}}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro -%}

{#- The cells of one line of a CSV file, as Python and dbt read them; none where
    its quotes are not in pairs around cells. -#}
{%- macro csv_cells(line, delimiter) -%}
    {%- set other = '[^' ~ modules.re.escape(delimiter) ~ ']' -%}
    {%- set cell = '("[^"]*(?:""[^"]*)*"|(?!")' ~ other ~ '*)' -%}
    {%- set between = modules.re.escape(delimiter) -%}
    {%- if not modules.re.fullmatch(
        cell ~ '(?:' ~ between ~ cell ~ ')*', line
    ) -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set cells = [] -%}
    {%- for cell in modules.re.findall('(?:^|' ~ between ~ ')' ~ cell, line) -%}
        {%- do cells.append(
            cell[1:-1].replace('""', '"') if cell.startswith('"') else cell
        ) -%}
    {%- endfor -%}
    {{- return(cells) -}}
{%- endmacro -%}
