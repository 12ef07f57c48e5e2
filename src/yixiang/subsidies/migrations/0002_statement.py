# The statement of net income.

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0007_inserts_recorded_at_once"),
        ("files", "0002_kinds_of_import"),
        ("subsidies", "0001_first"),
        ("units", "0002_consulting"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "填写中"),
                            ("submitted", "待审核"),
                            ("returned", "已退回"),
                            ("accepted", "审核通过"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="退回原因")),
                ("version", models.PositiveIntegerField(default=1)),
                ("counted_at", models.DateTimeField(verbose_name="统计时间")),
                ("orders", models.PositiveIntegerField(default=0, verbose_name="已结算订单")),
                (
                    "income_material",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="材料消耗费收入（元）"
                    ),
                ),
                (
                    "income_running",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="水电等运行费收入（元）"
                    ),
                ),
                (
                    "income_labour",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="人力成本服务费收入（元）"
                    ),
                ),
                (
                    "material",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, null=True, verbose_name="材料消耗费成本（元）"
                    ),
                ),
                (
                    "fiscal_wages",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, null=True, verbose_name="人力成本服务费中的财政工资（元）"
                    ),
                ),
                (
                    "planned",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, null=True, verbose_name="拟作为绩效工资来源（元）"
                    ),
                ),
                ("runs_normally", models.BooleanField(default=False, verbose_name="已确保设施和仪器正常运转")),
                (
                    "running",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, null=True, verbose_name="水电等运行费成本（元）"
                    ),
                ),
                ("net", models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name="净收入（元）")),
                (
                    "pay_ceiling",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, null=True, verbose_name="绩效工资来源上限（元）"
                    ),
                ),
                ("verdict", models.JSONField(default=dict)),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="提交时间")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="units.unit",
                        verbose_name="管理单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "净收入报表",
                "verbose_name_plural": "净收入报表",
                "ordering": ["-year", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="StatementEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("by_label", models.CharField(max_length=160)),
                ("action", models.CharField(max_length=16)),
                ("before", models.CharField(blank=True, max_length=10)),
                ("after", models.CharField(max_length=10)),
                ("what", models.CharField(max_length=300, verbose_name="事项")),
                ("note", models.TextField(blank=True, verbose_name="说明")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="events", to="subsidies.statement"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="StatementPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("meter", "水电表计与账单"),
                            ("apportionment", "运行费分摊计算表"),
                            ("wages", "人力成本（工资）证明"),
                            ("use", "使用时间的记录"),
                        ],
                        max_length=16,
                        verbose_name="用途",
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.file"
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="papers", to="subsidies.statement"
                    ),
                ),
            ],
            options={
                "verbose_name": "净收入报表材料",
                "verbose_name_plural": "净收入报表材料",
                "ordering": ["kind", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Running",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "total",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, null=True, verbose_name="年度水电等运行费总额（元）"
                    ),
                ),
                ("open_counted", models.PositiveIntegerField(default=0, verbose_name="开放共享使用（分钟）")),
                ("all_counted", models.PositiveIntegerField(default=0, verbose_name="全部使用（分钟）")),
                ("untimed", models.PositiveIntegerField(default=0, verbose_name="没有登记机时的订单")),
                ("open_stated", models.PositiveIntegerField(null=True, verbose_name="更正后的开放共享使用（分钟）")),
                ("all_stated", models.PositiveIntegerField(null=True, verbose_name="更正后的全部使用（分钟）")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="更正原因")),
                (
                    "cost",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, null=True, verbose_name="核定的运行费成本（元）"
                    ),
                ),
                ("verdict", models.JSONField(default=dict)),
                (
                    "instrument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.instrument"
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="subsidies.statement"
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="subsidies.statementpaper",
                    ),
                ),
            ],
            options={
                "verbose_name": "运行费分摊",
                "verbose_name_plural": "运行费分摊",
                "ordering": ["-open_counted", "instrument"],
            },
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(models.F("unit"), models.F("year"), name="statement_once_a_year"),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "submitted", "returned", "accepted"])),
                name="statement_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("submitted", "accepted")), _negated=True),
                    models.Q(
                        ("net__isnull", False),
                        ("planned__isnull", False),
                        ("running__isnull", False),
                        ("submitted_at__isnull", False),
                        ("pay_ceiling__isnull", False),
                        ("planned__lte", models.F("pay_ceiling")),
                    ),
                    _connector="OR",
                ),
                name="statement_judged",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("material", None), ("material__gte", 0), _connector="OR"),
                    models.Q(("fiscal_wages", None), ("fiscal_wages__gte", 0), _connector="OR"),
                    models.Q(("planned", None), ("planned__gte", 0), _connector="OR"),
                ),
                name="statement_typed_sane",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statement",
            trigger=pgtrigger.compiler.Trigger(
                name="recorded",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM audit_record(\n                TG_TABLE_NAME::text, TG_OP::text,\n                CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END,\n                CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END,\n                ARRAY[]::text[]\n            );\n            RETURN NULL;\n        ",
                    hash="9c4bba7645ccaa2b3859fc0044556dc068c318ea",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_recorded_8de52",
                    table="subsidies_statement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statementevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="bd081ce8bad48e47d8a101ff200f2888b3df9aa2",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_52fa5",
                    table="subsidies_statementevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statementpaper",
            trigger=pgtrigger.compiler.Trigger(
                name="recorded",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM audit_record(\n                TG_TABLE_NAME::text, TG_OP::text,\n                CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END,\n                CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END,\n                ARRAY[]::text[]\n            );\n            RETURN NULL;\n        ",
                    hash="7f03f73930fdd6e43c75cc473697858fcd861ea0",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_recorded_6a233",
                    table="subsidies_statementpaper",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="running",
            constraint=models.UniqueConstraint(models.F("statement"), models.F("instrument"), name="running_once"),
        ),
        migrations.AddConstraint(
            model_name="running",
            constraint=models.CheckConstraint(
                condition=models.Q(("open_counted__lte", models.F("all_counted"))), name="running_counted_sane"
            ),
        ),
        migrations.AddConstraint(
            model_name="running",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("all_stated", None), ("open_stated", None), ("paper", None), ("reason", "")),
                    models.Q(
                        ("all_stated__isnull", False),
                        ("open_stated__isnull", False),
                        ("open_stated__lte", models.F("all_stated")),
                        ("paper__isnull", False),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="running_corrected_with_paper",
            ),
        ),
        migrations.AddConstraint(
            model_name="running",
            constraint=models.CheckConstraint(
                condition=models.Q(("total", None), ("total__gte", 0), _connector="OR"), name="running_total_sane"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="running",
            trigger=pgtrigger.compiler.Trigger(
                name="recorded",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM audit_record(\n                TG_TABLE_NAME::text, TG_OP::text,\n                CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END,\n                CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END,\n                ARRAY[]::text[]\n            );\n            RETURN NULL;\n        ",
                    hash="4ba688a9a43099b2fc89f8b50d0b3c47ddd6ecde",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_recorded_501e4",
                    table="subsidies_running",
                    when="AFTER",
                ),
            ),
        ),
    ]
