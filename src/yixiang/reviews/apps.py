from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "yixiang.reviews"
    verbose_name = "审核"
